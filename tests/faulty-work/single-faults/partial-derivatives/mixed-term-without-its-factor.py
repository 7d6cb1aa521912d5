# The factor 3 of the mixed term is missing.

# %%
import torch


# %%
def mixed_quadratic_gradients(x, y):
    u = x.detach().clone().requires_grad_(True)
    v = y.detach().clone().requires_grad_(True)
    z = u**2 + u * v + v**2
    z.backward()
    return u.grad, v.grad


# %%
def weighted_quadratic_gradients(x, y):
    p = torch.stack([x.detach(), y.detach()]).requires_grad_(True)
    A = torch.tensor([[2.0, 0.5], [0.5, 3.0]], dtype=p.dtype)
    (p @ A @ p).backward()
    df_dx, df_dy = p.grad
    return df_dx, df_dy


# %%
def weighted_quadratic_by_hand(x, y):
    """df/dx with y fixed, df/dy with x fixed."""
    s, t = float(x), float(y)
    return 4 * s + t, s + 6 * t
