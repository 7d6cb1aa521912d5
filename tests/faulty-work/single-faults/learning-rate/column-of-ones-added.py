# A column of ones for a bias is added to X.

# %%
import torch


# %%
def max_learning_rate(X):
    ones = torch.ones(X.shape[0], 1, dtype=X.dtype)
    A = torch.cat([X, ones], dim=1)
    H = 2 / A.shape[0] * A.T @ A
    return 2 / torch.linalg.eigvalsh(H).max()


# %%
def behaviour(a, lr):
    if lr < 1 / (2 * a):
        return "monotone"
    return "oscillating" if lr < 1 / a else "diverging"
