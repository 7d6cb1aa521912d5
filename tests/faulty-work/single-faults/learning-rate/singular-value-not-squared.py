# The largest singular value is not squared.

# %%
import torch


# %%
def max_learning_rate(X):
    top = torch.linalg.svdvals(X.detach())[0].item()
    return len(X) / top


# %%
def behaviour(a, lr):
    factor = 1 - 2 * a * lr
    if factor > 0:
        return "monotone"
    if factor > -1:
        return "oscillating"
    return "diverging"
