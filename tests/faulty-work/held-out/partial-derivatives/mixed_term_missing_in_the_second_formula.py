"""The derivative by hand for y lacks the x that comes from the mixed term."""

import torch


def mixed_quadratic_gradients(x, y):
    def z(x, y):
        return x * x + 3 * (x * y) + y * y

    return torch.func.grad(z, argnums=(0, 1))(x.detach(), y.detach())


def weighted_quadratic_gradients(x, y):
    x = x.detach().clone().requires_grad_(True)
    y = y.detach().clone().requires_grad_(True)
    f = 2 * x**2 + x * y + 3 * y**2
    f.backward()
    return x.grad, y.grad


def weighted_quadratic_by_hand(x, y):
    df_dx = 2 * 2 * x + y
    df_dy = 3 * 2 * y
    return (df_dx, df_dy)
