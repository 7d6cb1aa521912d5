# %% [markdown]
# # Leaving the graph: detach and no_grad
#
# Not every number should be differentiated. `detach` takes one tensor out of the graph,
# `torch.no_grad()` stops the recording for a while.
#
# The tensors below are of any floating dtype. `x` may or may not require grad when it arrives.
# The functions of `x` are called more than once with the same tensor. Leave its value alone, and
# return the same result every time.

# %%
import torch

# %% [markdown]
# ## 1. A factor that counts as a constant (4 points)
#
# z = x² · c, where c has the value of x² but counts as a constant: c = detach(x²). Return dz/dx.
# `x` is a 0-d tensor.
#
# Example: x = 2 gives 16.


# %%
def stop_gradient(x):
    """Return dz/dx of z = x² · detach(x²)."""
    raise NotImplementedError


# %% [markdown]
# ## 2. Who is tracked (2 points)
#
# Take a tensor with the value of x that requires grad. Compute its square twice: once as usual
# and once inside `torch.no_grad()`. Return the pair of bools (tracked, untracked): the
# `requires_grad` of the first square and of the second.
#
# Example: x = 2 gives (True, False).


# %%
def tracking_flags(x):
    """Return requires_grad of x² outside and inside torch.no_grad(), as two bools."""
    raise NotImplementedError


# %% [markdown]
# ## 3. A step in place (8 points)
#
# `params` is a list of leaf tensors of any shapes that require grad, and every one has its
# `.grad`. `lr` is a Python float. Take one step of gradient descent: each parameter goes against
# its gradient by `lr` times the gradient.
#
# Change the very tensors in the list, do not make new ones. Afterwards they are still leaves that
# require grad, and their gradients are cleared (None or zero), so that the next `backward` and the
# next step work. Return nothing.


# %%
def sgd_(params, lr):
    """Update every parameter in place from its .grad, then clear the gradients."""
    raise NotImplementedError
