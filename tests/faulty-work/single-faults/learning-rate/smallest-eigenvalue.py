# The first eigenvalue is taken, which is the smallest.

# %%
import torch


# %%
def max_learning_rate(X):
    gram = X.T @ X * (2 / X.shape[0])
    eigenvalues, _ = torch.linalg.eigh(gram)
    return 2 / eigenvalues[0]


# %%
def behaviour(a, lr):
    if lr < 1 / (2 * a):
        return "monotone"
    return "oscillating" if lr < 1 / a else "diverging"
