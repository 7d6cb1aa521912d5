# y is detached in the mixed term, so dz/dy lacks 3x.

# %%
import torch


# %%
def mixed_quadratic_gradients(x, y):
    x = x.clone().detach().requires_grad_(True)
    y = y.clone().detach().requires_grad_(True)
    z = x.square() + 3 * x * y.detach() + y.square()
    return torch.autograd.grad(z, [x, y])


# %%
def weighted_quadratic_gradients(x, y):
    a, b = (t.detach().clone().requires_grad_(True) for t in (x, y))
    f = 2 * a**2 + a * b + 3 * b**2
    return torch.autograd.grad(f, (a, b))


# %%
def weighted_quadratic_by_hand(x, y):
    """df/dx with y fixed, df/dy with x fixed."""
    s, t = float(x), float(y)
    return 4 * s + t, s + 6 * t
