"""By hand: the derivative of 2x squared is written as 2x, the exponent does not come down as a factor."""

import torch


def mixed_quadratic_gradients(x, y):
    p, q = (t.detach().clone().requires_grad_() for t in (x, y))
    return torch.autograd.grad(p.square() + 3 * p * q + q.square(), (p, q))


def weighted_quadratic_gradients(x, y):
    x = x.detach().clone().requires_grad_(True)
    y = y.detach().clone().requires_grad_(True)
    f = 2 * x**2 + x * y + 3 * y**2
    f.backward()
    return x.grad, y.grad


def weighted_quadratic_by_hand(x, y):
    xv, yv = x.item(), y.item()
    along_x = 2.0 * xv + yv
    along_y = 6.0 * yv + xv
    return torch.tensor(along_x, dtype=x.dtype), torch.tensor(along_y, dtype=y.dtype)
