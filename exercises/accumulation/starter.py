# %% [markdown]
# # Accumulation of gradients
#
# `backward` does not replace what is in `.grad`: it adds to it. That is useful when you want a
# sum, and a mistake when you forget about it.
#
# The functions below get 0-d tensors of any floating dtype. They may or may not require grad
# when they arrive. Each function is called more than once with the same tensors. Leave their values
# alone, and return the same result every time.

# %%
import torch

# %% [markdown]
# ## 1. Add up, then reset (6 points)
#
# Return three numbers, the gradient that the same leaf holds
#
# 1. after y = x² and `backward`,
# 2. after z = x³ and `backward` as well, without a reset in between,
# 3. after a reset to zero and once more z = x³ and `backward`.
#
# Example: x = 3 gives (6, 33, 27).


# %%
def accumulate_then_reset(x):
    """Return (first, accumulated, after_reset), three values of the gradient."""
    raise NotImplementedError


# %% [markdown]
# ## 2. No leaks (6 points)
#
# `f` takes a 0-d tensor and returns a 0-d tensor; `xs` is a list of 0-d tensors. Return the list
# of the derivatives f'(x), one for each x in `xs`. Nothing may leak from one derivative into the
# next, nor from one call of your function into the next.
#
# Example: f(x) = x² and xs = [1, 2, 3] give [2, 4, 6].


# %%
def gradients_without_leak(f, xs):
    """Return the list of f'(x), one for each 0-d tensor x in xs."""
    raise NotImplementedError
