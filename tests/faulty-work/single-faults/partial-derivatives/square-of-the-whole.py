"""(x + y)² + 3xy is differentiated, the mixed term counts 5 times."""

import torch


def mixed_quadratic_gradients(x, y):
    z = lambda p, q: (p + q) ** 2 + 3 * p * q
    return torch.func.grad(z, argnums=(0, 1))(x.detach(), y.detach())


def weighted_quadratic_gradients(x, y):
    p = torch.stack([x.detach(), y.detach()]).requires_grad_(True)
    A = torch.tensor([[2.0, 0.5], [0.5, 3.0]], dtype=p.dtype)
    (p @ A @ p).backward()
    df_dx, df_dy = p.grad
    return df_dx, df_dy


def weighted_quadratic_by_hand(x, y):
    """df/dx with y fixed, df/dy with x fixed."""
    s, t = float(x), float(y)
    return 4 * s + t, s + 6 * t
