# The parts of z are differentiated one by one and the mixed term twice.

# %%
import torch


# %%
def mixed_quadratic_gradients(x, y):
    a = x.detach().clone().requires_grad_(True)
    b = y.detach().clone().requires_grad_(True)
    mixed = 3 * a * b
    (a**2 + mixed).backward(retain_graph=True)
    (b**2 + mixed).backward()
    return a.grad, b.grad


# %%
def weighted_quadratic_gradients(x, y):
    a, b = (t.detach().clone().requires_grad_(True) for t in (x, y))
    f = 2 * a**2 + a * b + 3 * b**2
    return torch.autograd.grad(f, (a, b))


# %%
def weighted_quadratic_by_hand(x, y):
    return 4 * x + y, x + 6 * y
