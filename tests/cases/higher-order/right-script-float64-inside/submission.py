# %% [markdown]
# # Second derivatives and Hessian-vector products
#
# A gradient that autograd computed can be differentiated again, if its own computation was
# recorded.
#
# The functions get a function `f` and tensors of any floating dtype, which may or may not require
# grad. Do not change the values of the tensors, and return the same result when called again with
# the same ones.

# %%
import torch

# %% [markdown]
# ## 1. The second derivative (5 points)
#
# `f` takes a 0-d tensor and returns a 0-d tensor. Return f''(x) for a 0-d tensor x, by double
# backward. `f` may be linear: then its second derivative is 0.


# %%
def second_derivative(f, x):
    x = x.detach().to(torch.float64, copy=True)
    return torch.autograd.functional.hessian(f, x)


# %% [markdown]
# ## 2. Hessian times vector (9 points)
#
# `f` takes a tensor of shape (n,) and returns a 0-d tensor; H is the n by n matrix of its second
# derivatives at x. Return the vector H v, shape (n,), *without* forming H: with n = 20,000 there
# is no room for it. (6 points for small n, 3 for n = 20,000.)


# %%
def hessian_vector_product(f, x, v):
    x, v = (t.detach().to(torch.float64, copy=True) for t in (x, v))
    return torch.autograd.functional.hvp(f, x, v)[1]
