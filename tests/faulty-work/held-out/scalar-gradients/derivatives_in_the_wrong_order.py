# The derivative for b is returned before the one for a.

# %%
import torch


# %%
def square_gradient(x):
    x = x.detach().clone().requires_grad_(True)
    y = x**2
    y.backward()
    return x.grad


# %%
def cubic_gradients(a, b):
    a = a.detach().clone().requires_grad_(True)
    b = b.detach().clone().requires_grad_(True)
    y = a**3 - b**2 + 3
    y.backward()
    return b.grad, a.grad


# %%
def sum_of_squares_gradients(a, b):
    v = torch.stack([a.detach(), b.detach()]).requires_grad_()
    (v * v).sum().backward()
    return v.grad[0], v.grad[1]
