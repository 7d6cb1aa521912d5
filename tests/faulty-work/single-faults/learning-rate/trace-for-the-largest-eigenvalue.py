# The trace of the Hessian is used for its largest eigenvalue.

# %%
import torch


# %%
def max_learning_rate(X):
    n = X.shape[0]
    H = (2 / n) * (X.T @ X)
    return 2 / torch.trace(H)


# %%
def behaviour(a, lr):
    if lr < 1 / (2 * a):
        return "monotone"
    return "oscillating" if lr < 1 / a else "diverging"
