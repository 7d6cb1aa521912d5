"""Two backward passes, one for each derivative, without a reset: the second one returned is doubled."""

import torch


def mixed_quadratic_gradients(x, y):
    x = x.detach().clone().requires_grad_(True)
    y = y.detach().clone().requires_grad_(True)
    z = x**2 + 3 * x * y + y**2
    z.backward()
    return x.grad, y.grad


def weighted_quadratic_gradients(x, y):
    x = x.detach().clone().requires_grad_(True)
    y = y.detach().clone().requires_grad_(True)

    # derivative for x
    f = 2 * x**2 + x * y + 3 * y**2
    f.backward()
    df_dx = x.grad.clone()

    # derivative for y
    f = 2 * x**2 + x * y + 3 * y**2
    f.backward()
    df_dy = y.grad.clone()
    return df_dx, df_dy


def weighted_quadratic_by_hand(x, y):
    return 4 * x + y, x + 6 * y
