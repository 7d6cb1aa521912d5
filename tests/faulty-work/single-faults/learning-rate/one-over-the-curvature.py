# The limit is taken as 1/λ instead of 2/λ.

# %%
import torch


# %%
def max_learning_rate(X):
    X = X.detach()
    H = 2 * (X.T @ X) / len(X)
    lambdas = torch.linalg.eigvalsh(H)
    return 1 / lambdas.max()


# %%
def behaviour(a, lr):
    if lr < 1 / (2 * a):
        return "monotone"
    return "oscillating" if lr < 1 / a else "diverging"
