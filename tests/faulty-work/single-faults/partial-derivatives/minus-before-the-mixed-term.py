# The mixed term is subtracted.

# %%
import torch


# %%
def mixed_quadratic_gradients(x, y):
    x = x.detach().clone().requires_grad_(True)
    y = y.detach().clone().requires_grad_(True)
    z = x**2 + 3 * x * y + y**2
    z.backward()
    return x.grad, y.grad


# %%
def weighted_quadratic_gradients(x, y):
    def f(p):
        return 2 * p[0] ** 2 - p[0] * p[1] + 3 * p[1] ** 2

    point = torch.stack((x.detach(), y.detach()))
    g = torch.func.grad(f)(point)
    return g[0], g[1]


# %%
def weighted_quadratic_by_hand(x, y):
    """df/dx with y fixed, df/dy with x fixed."""
    s, t = float(x), float(y)
    return 4 * s + t, s + 6 * t
