# x³ is differentiated instead of x².

# %%
import torch


# %%
def square_gradient(x):
    return torch.func.grad(lambda t: t.pow(3))(x.detach())


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
