"""Two zero gradients give 0/0, which counts as disagreement."""

import torch
from torch import Tensor


def central_difference(f, x, h=1e-5):
    if isinstance(x, torch.Tensor):
        x = x.detach()
    upper = f(x + h)
    lower = f(x - h)
    return 0.5 * (upper - lower) / h


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
    relative = (analytic - numeric).norm() / analytic.norm()
    return bool(relative <= tolerance)
