# b² is added instead of subtracted.

# %%
import torch


# %%
def square_gradient(x):
    leaf = x.detach().clone().requires_grad_(True)
    (leaf**2).backward()
    return leaf.grad


# %%
def cubic_gradients(a, b):
    a = a.clone().detach().requires_grad_(True)
    b = b.clone().detach().requires_grad_(True)
    y = a**3 + b**2 + 3
    return torch.autograd.grad(y, (a, b))


# %%
def sum_of_squares_gradients(a, b):
    v = torch.stack([a.detach(), b.detach()]).requires_grad_(True)
    v.dot(v).backward()
    return v.grad[0], v.grad[1]
