# %% [markdown]
# # Gradient descent
#
# The derivative says in which direction a function grows. Walk the other way, a small step at a
# time, and you come to a minimum.

# %%
import matplotlib.pyplot as plt
import torch

# %% [markdown]
# ## 1. Descent (9 points)
#
# `f` takes a 0-d tensor and returns a 0-d tensor; use PyTorch to differentiate it. Start at `x0`,
# a 0-d tensor of any floating dtype, and take `steps` steps: in each one, x moves against the
# derivative by `lr` times the derivative.
#
# Return `(x, history_x, history_f)`: the x after the last step, and two lists, which hold x and
# f(x) as they were *before* each step. So both lists have the length `steps`, and `history_x`
# starts with `x0`. The lists may hold floats or 0-d tensors. `lr` is a Python float, `steps` is an
# int and may be 0.
#
# `x0` may or may not require grad when it arrives, and the function is called again with the same
# tensor: leave its value alone and return the same result.
#
# Example: f(x) = (x − 3)² + 5, x0 = torch.tensor(0.0), lr = 0.1 and 50 steps lead to x ≈ 3, where
# f(x) ≈ 5.


# %%
def minimize(f, x0, lr, steps):
    """Return (x, history_x, history_f) after gradient descent on f from x0."""
    raise NotImplementedError


# %% [markdown]
# ## 2. A picture (5 points)
#
# Return a matplotlib Figure with exactly two axes. The first shows the path on x: the values of
# `history_x` by iteration, or the points of x and f(x). The second shows the loss, `history_f`, by
# iteration. Each axes
# has a title and a label on both axes. Both histories are lists of floats of the same length.


# %%
def plot_descent(history_x, history_f):
    """Return a Figure with two axes: the path on x, and the loss by iteration."""
    raise NotImplementedError
