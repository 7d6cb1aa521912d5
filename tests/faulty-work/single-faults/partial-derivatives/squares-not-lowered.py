# The factor 2 of the squares is missing: 2x + y and x + 3y.

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
    a, b = (t.detach().clone().requires_grad_(True) for t in (x, y))
    f = 2 * a**2 + a * b + 3 * b**2
    return torch.autograd.grad(f, (a, b))


# %%
def weighted_quadratic_by_hand(x, y):
    df_dx = 2 * x + y
    df_dy = x + 3 * y
    return df_dx, df_dy
