# The mixed term is missing in df/dy alone.

# %%
import torch


# %%
def mixed_quadratic_gradients(x, y):
    def z(s, t):
        return s * s + 3 * s * t + t * t

    return torch.func.grad(z, argnums=(0, 1))(x.detach(), y.detach())


# %%
def weighted_quadratic_gradients(x, y):
    p = torch.stack([x.detach(), y.detach()]).requires_grad_(True)
    A = torch.tensor([[2.0, 0.5], [0.5, 3.0]], dtype=p.dtype)
    (p @ A @ p).backward()
    df_dx, df_dy = p.grad
    return df_dx, df_dy


# %%
def weighted_quadratic_by_hand(x, y):
    s = x.double()
    t = y.double()
    return (4 * s + t, 6 * t)
