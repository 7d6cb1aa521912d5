"""Brackets are missing: the quotient is divided by 2 and multiplied by h."""

import torch


def central_difference(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / 2 * h


def numerical_gradient(f, x, h=1e-5):
    base = x.detach()
    flat = base.reshape(-1)
    grad = torch.zeros_like(flat)
    for i in range(flat.numel()):
        e = torch.zeros_like(flat)
        e[i] = h
        up, down = (flat + e).reshape(base.shape), (flat - e).reshape(base.shape)
        grad[i] = (f(up) - f(down)) / (2 * h)
    return grad.reshape(base.shape)


def gradients_agree(analytic, numeric, tolerance=1e-5):
    gap = torch.linalg.norm((analytic - numeric).flatten())
    size = torch.linalg.norm(analytic.flatten()) + torch.linalg.norm(numeric.flatten())
    if size == 0:
        return True
    return bool(gap / size <= tolerance)
