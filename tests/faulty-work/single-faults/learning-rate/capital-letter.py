# The words begin with a capital letter.

# %%
import torch


# %%
def max_learning_rate(X):
    """n over the squared spectral norm."""
    rows = X.size(0)
    return rows / torch.linalg.matrix_norm(X, ord=2).square()


# %%
def behaviour(a, lr):
    q = 1 - 2 * a * lr
    if q < -1:
        word = "Diverging"
    elif q < 0:
        word = "Oscillating"
    else:
        word = "Monotone"
    return word
