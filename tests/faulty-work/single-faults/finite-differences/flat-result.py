"""The gradient comes back flat instead of in the shape of x."""

import torch
from torch import Tensor


def central_difference(f, x, h=1e-5):
    if isinstance(x, torch.Tensor):
        x = x.detach()
    upper = f(x + h)
    lower = f(x - h)
    return 0.5 * (upper - lower) / h


def numerical_gradient(f, x, h=1e-5):
    shape = x.shape
    v = x.detach().flatten()

    def partial(i):
        e = torch.zeros_like(v)
        e[i] = h
        return (f((v + e).view(shape)) - f((v - e).view(shape))) / (2 * h)

    return torch.stack([partial(i) for i in range(v.numel())])


def gradients_agree(analytic, numeric, tolerance=1e-5):
    gap = torch.linalg.norm((analytic - numeric).flatten())
    size = torch.linalg.norm(analytic.flatten()) + torch.linalg.norm(numeric.flatten())
    if size == 0:
        return True
    return bool(gap / size <= tolerance)
