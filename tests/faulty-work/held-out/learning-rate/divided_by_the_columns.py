# The Hessian is divided by the number of columns instead of the number of rows.

# %%
import torch


# %%
def max_learning_rate(X):
    X = X.detach()
    n = X.shape[1]
    H = 2 / n * X.T @ X
    lam = torch.linalg.eigvalsh(H)
    return 2 / lam.max().item()


# %%
def behaviour(a, lr):
    factor = 1 - 2 * a * lr
    if factor > 0:
        return "monotone"
    if factor > -1:
        return "oscillating"
    return "diverging"
