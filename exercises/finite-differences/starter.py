# %% [markdown]
# # Finite differences
#
# A derivative can be estimated from values of the function alone, which is how gradients are
# checked. The first two functions are tried in float64.

# %%
import torch

# %% [markdown]
# ## 1. Two points (4 points)
#
# Return the central difference of f at x: the two-point formula with the points x + h and x − h.
# `f` takes what x is, a Python float or a 0-d float64 tensor, and returns the same kind of thing.
# A tensor may or may not require grad; leave its value alone.


# %%
def central_difference(f, x, h=1e-5):
    """Return the central difference of f at x with step h."""
    raise NotImplementedError


# %% [markdown]
# ## 2. A numerical gradient (5 points)
#
# `f` takes a float64 tensor of the shape of x and returns a 0-d tensor. Return the tensor, of the
# shape of x, of the central differences in every coordinate. x has any shape, also (), and may
# or may not require grad. Afterwards x is as it was.


# %%
def numerical_gradient(f, x, h=1e-5):
    """Return the gradient of f at x by central differences, in the shape of x."""
    raise NotImplementedError


# %% [markdown]
# ## 3. Do they agree? (3 points)
#
# Return True when the *relative* error in norm of two gradients (tensors of the same shape) is at
# most `tolerance`, else False. Divide the norm of the difference by the norm of one of them, of
# the larger one, or by the sum of both norms. Take which you like: the cases are far from the
# border. Two gradients that are zero agree. A gradient with a NaN agrees with nothing.


# %%
def gradients_agree(analytic, numeric, tolerance=1e-5):
    """Return whether two gradients agree, as a bool."""
    raise NotImplementedError
