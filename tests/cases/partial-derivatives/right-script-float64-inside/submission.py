# %% [markdown]
# # Partial derivatives
#
# A function of two variables has two partial derivatives: how fast the value changes with one
# variable while the other one stays where it is.
#
# Each function below gets 0-d tensors of any floating dtype and returns a pair. The tensors may
# or may not require grad when they arrive, and each function is called more than once with the
# same tensors: leave their values alone and return the same result every time.

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
def quadratic(M, x, y):
    M = torch.tensor(M, dtype=torch.float64)
    p = torch.stack([x.detach().double(), y.detach().double()]).requires_grad_()
    torch.einsum("i,ij,j->", p, M, p).backward()
    return p.grad.unbind()


def mixed_quadratic_gradients(x, y):
    return quadratic([[1, 3], [0, 1]], x, y)


# %% [markdown]
# ## 2. Weights (4 points)
#
# f = 2x² + xy + 3y². Return the pair (df/dx, df/dy), again by PyTorch.
#
# Example: x = 1, y = 2 gives (6, 13).


# %%
def weighted_quadratic_gradients(x, y):
    return quadratic([[2, 1], [0, 3]], x, y)


# %% [markdown]
# ## 3. The same by hand (4 points)
#
# The same f and the same pair. Now work out the two formulas yourself and write them down: this
# function is called with autograd switched off.


# %%
def weighted_quadratic_by_hand(x, y):
    M = torch.tensor([[4, 1], [1, 6]], dtype=torch.float64)
    return tuple(M @ torch.stack((x.double(), y.double())))
