# The last division is an integer division, which cuts the digits after the point.

# %%
import torch


# %%
def max_learning_rate(X):
    n, d = X.shape
    gram = X.detach().T @ X.detach()
    biggest = torch.linalg.eigvalsh(gram)[-1].item()
    return n // biggest


# %%
def behaviour(a, lr):
    if lr < 1 / (2 * a):
        return "monotone"
    elif lr < 1 / a:
        return "oscillating"
    else:
        return "diverging"
