# %% [markdown]
# # The computational graph
#
# PyTorch records every operation on a tensor that requires grad. The record is a graph: the
# tensors that you create are its *leaves*, everything computed from them is an *intermediate*
# node.
#
# The functions below get 0-d tensors of any floating dtype. They may or may not require grad
# when they arrive. Each function is called more
# than once with the same tensors. Leave their values alone, and return the same result every time.

# %%
import torch

# %% [markdown]
# ## 1. Leaves and an intermediate node (8 points)
#
# a = x + y and z = a·w. Return the four derivatives (dz/dx, dz/dy, dz/dw, dz/da), in this order.
# `x`, `y` and `w` are leaves of your graph, `a` is an intermediate node.
#
# Example: x = 2, y = 3, w = 4 gives (4, 4, 5, 4).


# %%
def graph_gradients(x, y, w):
    """Return (dz/dx, dz/dy, dz/dw, dz/da) of z = a·w with a = x + y."""
    raise NotImplementedError


# %% [markdown]
# ## 2. A graph made on the way (4 points)
#
# y = x² if `condition` is true, else y = x³. Return dy/dx. `condition` is a bool.
#
# Example: x = 2 gives 4 if `condition` is true, 12 if not.


# %%
def dynamic_gradient(x, condition):
    """Return dy/dx of y = x² where the condition is true, else of y = x³."""
    raise NotImplementedError
