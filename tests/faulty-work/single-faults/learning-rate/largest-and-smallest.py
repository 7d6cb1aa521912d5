# The best step 2/(λmax + λmin) is returned instead of the limit.

# %%
import torch


# %%
def max_learning_rate(X):
    H = 2 / X.shape[0] * X.T @ X
    eig = torch.linalg.eigvalsh(H)
    return 2 / (eig[-1] + eig[0])


# %%
def behaviour(a, lr):
    if lr < 1 / (2 * a):
        return "monotone"
    return "oscillating" if lr < 1 / a else "diverging"
