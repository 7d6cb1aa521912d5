# %% [markdown]
# # Linear regression from scratch
#
# A line through data: y ≈ w·x + b. Everything here is written with plain tensor operations: no
# `torch.nn` layers or losses, no `torch.optim`.
#
# The functions get tensors of any floating dtype, which may or may not require grad. Do not
# change the values of the arguments, and return the same result when called again.

# %%
import matplotlib.pyplot as plt
import torch

# %% [markdown]
# ## 1. The model (2 points)
#
# Return w·x + b. `x` has shape (n,) or (n, 1); the result has the shape of `x`. `w` and `b` are
# 0-d tensors.


# %%
def predict(x, w, b):
    """Return w·x + b, in the shape of x."""
    raise NotImplementedError


# %% [markdown]
# ## 2. The loss (2 points)
#
# Return the mean of the squared errors as a scalar. Both arguments have the same shape.


# %%
def mse(y_pred, y):
    """Return the mean squared error of y_pred against y."""
    raise NotImplementedError


# %% [markdown]
# ## 3. Gradients by hand (4 points)
#
# Return the pair (dL/dw, dL/db) of the mean squared error L of `predict(x, w, b)` against `y`.
# Work out the formulas yourself: this function is called with autograd switched off. `x` and `y`
# have shape (n,).


# %%
def gradients_by_hand(x, y, w, b):
    """Return (dL/dw, dL/db) by your own formulas."""
    raise NotImplementedError


# %% [markdown]
# ## 4. Gradients by autograd (3 points)
#
# The same pair, computed by PyTorch.


# %%
def gradients_by_autograd(x, y, w, b):
    """Return (dL/dw, dL/db), computed by autograd."""
    raise NotImplementedError


# %% [markdown]
# ## 5. Fitting (6 points)
#
# Full-batch gradient descent from `w0`, `b0`: in every epoch take the gradients of the mean
# squared error at the current w and b, then update *both*. Return `(w, b, losses)`, where
# `losses[k]` is the loss *before* update k, so that there are `epochs` of them. `lr`, `w0` and
# `b0` are Python floats, `epochs` is an int and may be 0.
#
# `x` and `y` have shape (n,). w, b and the losses may be numbers or 0-d tensors.
#
# Examples: x = [1, 2, 3, 4], y = [2, 4, 6, 8], lr = 0.01, 100 epochs: w is on its way to 2 and b
# to 0. And y = 3x + 2 + 0.5 · noise for 100 points, lr = 0.01, 200 epochs: w comes near 3 and b
# near 2.


# %%
def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    """Return (w, b, losses) after gradient descent on the mean squared error."""
    raise NotImplementedError


# %% [markdown]
# ## 6. A picture (3 points)
#
# Return a matplotlib Figure with two axes: first the data as points with the line w·x + b through
# them, then the losses by epoch. Each axes has a title and a label on both axes. `losses` is a
# list of floats.


# %%
def plot_fit(x, y, w, b, losses):
    """Return a Figure: data with the fitted line, and the loss curve."""
    raise NotImplementedError
