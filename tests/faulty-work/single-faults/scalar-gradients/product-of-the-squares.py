# The squares are multiplied instead of added.

# %%
import torch


# %%
def square_gradient(x):
    leaf = x.detach().clone().requires_grad_(True)
    (leaf**2).backward()
    return leaf.grad


# %%
def cubic_gradients(a, b):
    def y(s, t):
        return s * s * s - t * t + 3

    return torch.func.grad(y, argnums=(0, 1))(a.detach(), b.detach())


# %%
def sum_of_squares_gradients(a, b):
    s, t = (q.detach().clone().requires_grad_(True) for q in (a, b))
    c = s**2 * t**2
    return torch.autograd.grad(c, (s, t))
