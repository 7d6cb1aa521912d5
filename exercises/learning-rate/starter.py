# %% [markdown]
# # How large may a learning rate be?
#
# Gradient descent on a bowl goes down, jumps from side to side, or flies off, depending on how the
# step compares with how sharply the bowl curves.

# %%
import torch

# %% [markdown]
# ## 1. The limit for linear regression (6 points)
#
# Full-batch gradient descent on L(w) = mean((X w − y)²) converges, from every start and for every
# y, for all learning rates below a certain limit. Return that limit as a number.
#
# `X` is a float tensor of shape (n, d), taken as it is: not centred, not scaled, no column of ones
# added. n may be smaller than d. X is not all zeros.


# %%
def max_learning_rate(X):
    """Return the limit below which descent on mean((Xw − y)²) converges for every learning rate."""
    raise NotImplementedError


# %% [markdown]
# ## 2. What happens in one dimension (4 points)
#
# Gradient descent on f(x) = a·x² with a > 0, from any x other than 0. Return
#
# - `"monotone"` if x goes to 0 without ever changing its sign,
# - `"oscillating"` if x goes to 0 and changes its sign at every step,
# - `"diverging"` if x grows without bound.
#
# `a` and `lr` are positive Python floats and never lie exactly at a border.
#
# Example: a = 1, lr = 0.1 gives "monotone".


# %%
def behaviour(a, lr):
    """Return "monotone", "oscillating" or "diverging" for descent on f(x) = a·x²."""
    raise NotImplementedError
