# The derivative comes back as a tensor of shape (1,) instead of a number.

# %%
import torch


# %%
def square_gradient(x):
    leaf = x.detach().reshape(1).clone().requires_grad_(True)
    y = (leaf**2).sum()
    y.backward()
    return leaf.grad


# %%
def cubic_gradients(a, b):
    a = a.detach().clone().requires_grad_(True)
    b = b.detach().clone().requires_grad_(True)
    y = a**3 - b**2 + 3
    y.backward()
    return a.grad, b.grad


# %%
def sum_of_squares_gradients(a, b):
    leaves = [t.detach().clone().requires_grad_() for t in (a, b)]
    c = sum(leaf.square() for leaf in leaves)
    return torch.autograd.grad(c, leaves)
