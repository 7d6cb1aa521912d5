# %% [markdown]
# # Scalar gradients by autograd
#
# Each function below gets 0-d tensors of any floating dtype. They may or may not require grad
# when they arrive. They are called more than once with the same tensors. Leave their values alone,
# and return the same result every time.
#
# Let PyTorch differentiate: `backward`, `torch.autograd.grad` and `torch.func` all count.

# %%
import torch

# %% [markdown]
# ## 1. One variable (3 points)
#
# y = x². Return dy/dx.
#
# Example: x = 3 gives 6.


# %%
def square_gradient(x):
    """Return dy/dx of y = x² at x, a 0-d tensor."""
    raise NotImplementedError


# %% [markdown]
# ## 2. Two variables (4 points)
#
# y = a³ − b² + 3. Return the pair (dy/da, dy/db).
#
# Example: a = 5, b = 6 gives (75, −12).


# %%
def cubic_gradients(a, b):
    """Return (dy/da, dy/db) of y = a³ − b² + 3."""
    raise NotImplementedError


# %% [markdown]
# ## 3. Two squares (3 points)
#
# c = a² + b². Return the pair (dc/da, dc/db).
#
# Example: a = 2, b = 3 gives (4, 6).


# %%
def sum_of_squares_gradients(a, b):
    """Return (dc/da, dc/db) of c = a² + b²."""
    raise NotImplementedError
