# The mixed term is left out of both derivatives.

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
    p = torch.stack([x.detach(), y.detach()]).requires_grad_(True)
    A = torch.tensor([[2.0, 0.5], [0.5, 3.0]], dtype=p.dtype)
    (p @ A @ p).backward()
    df_dx, df_dy = p.grad
    return df_dx, df_dy


# %%
def weighted_quadratic_by_hand(x, y):
    return 2 * 2 * x, 3 * 2 * y
