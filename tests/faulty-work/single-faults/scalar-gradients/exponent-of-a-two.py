# a is squared instead of cubed.

# %%
import torch


# %%
def square_gradient(x):
    leaf = x.detach().clone().requires_grad_(True)
    (leaf**2).backward()
    return leaf.grad


# %%
def cubic_gradients(a, b):
    leaves = {"a": a.detach().clone().requires_grad_(), "b": b.detach().clone().requires_grad_()}
    y = leaves["a"] ** 2 - leaves["b"] ** 2 + 3
    y.backward()
    return leaves["a"].grad, leaves["b"].grad


# %%
def sum_of_squares_gradients(a, b):
    v = torch.stack([a.detach(), b.detach()]).requires_grad_(True)
    v.dot(v).backward()
    return v.grad[0], v.grad[1]
