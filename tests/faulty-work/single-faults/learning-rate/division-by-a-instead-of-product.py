# The rate is compared with a instead of 1/a.

# %%
import torch


# %%
def max_learning_rate(X):
    """n over the squared spectral norm."""
    rows = X.size(0)
    return rows / torch.linalg.matrix_norm(X, ord=2).square()


# %%
def behaviour(a, lr):
    if lr < a / 2:
        return "monotone"
    if lr < a:
        return "oscillating"
    return "diverging"
