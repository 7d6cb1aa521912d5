# A one-sided difference quotient is returned instead of what autograd computes.

# %%
import torch


# %%
def square_gradient(x):
    h = 1e-3
    p = x.detach().double()
    return ((p + h) ** 2 - p**2) / h


# %%
def cubic_gradients(a, b):
    def y(s, t):
        return s * s * s - t * t + 3

    return torch.func.grad(y, argnums=(0, 1))(a.detach(), b.detach())


# %%
def sum_of_squares_gradients(a, b):
    leaves = [t.detach().clone().requires_grad_() for t in (a, b)]
    c = sum(leaf.square() for leaf in leaves)
    return torch.autograd.grad(c, leaves)
