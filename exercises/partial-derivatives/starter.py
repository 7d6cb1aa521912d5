# %% [markdown]
# # Partial derivatives
#
# A function of two variables has two partial derivatives: how fast the value changes with one
# variable while the other one stays where it is.
#
# Each function below gets 0-d tensors of any floating dtype and returns a pair. The tensors may
# or may not require grad when they arrive. Each function is called more
# than once with the same tensors. Leave their values alone, and return the same result every time.

# %%
import torch

# %% [markdown]
# ## 1. A mixed term (4 points)
#
# z = x² + 3xy + y². Return the pair (dz/dx, dz/dy). Let PyTorch differentiate: `backward`,
# `torch.autograd.grad` and `torch.func` all count.
#
# Example: x = 2, y = 3 gives (13, 12).


# %%
def mixed_quadratic_gradients(x, y):
    """Return (dz/dx, dz/dy) of z = x² + 3xy + y², computed by autograd."""
    raise NotImplementedError


# %% [markdown]
# ## 2. Weights (4 points)
#
# f = 2x² + xy + 3y². Return the pair (df/dx, df/dy), again by PyTorch.
#
# Example: x = 1, y = 2 gives (6, 13).


# %%
def weighted_quadratic_gradients(x, y):
    """Return (df/dx, df/dy) of f = 2x² + xy + 3y², computed by autograd."""
    raise NotImplementedError


# %% [markdown]
# ## 3. The same by hand (4 points)
#
# The same f and the same pair. Now work out the two formulas yourself and write them down: this
# function is called with autograd switched off.


# %%
def weighted_quadratic_by_hand(x, y):
    """Return (df/dx, df/dy) of f = 2x² + xy + 3y² by your own formulas."""
    raise NotImplementedError
