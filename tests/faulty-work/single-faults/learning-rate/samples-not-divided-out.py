# The mean is taken for a sum, the factor n is missing.

# %%
import torch


# %%
def max_learning_rate(X):
    hessian = 2 * X.T @ X
    largest = torch.linalg.eigvalsh(hessian)[-1]
    return 2 / largest


# %%
def behaviour(a, lr):
    if lr < 1 / (2 * a):
        return "monotone"
    return "oscillating" if lr < 1 / a else "diverging"
