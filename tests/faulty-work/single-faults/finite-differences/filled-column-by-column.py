"""The entries are filled in column by column, so a matrix comes out scrambled."""

import itertools

import torch
from torch import Tensor


def central_difference(f, x, h=1e-5):
    if isinstance(x, torch.Tensor):
        x = x.detach()
    upper = f(x + h)
    lower = f(x - h)
    return 0.5 * (upper - lower) / h


def numerical_gradient(f, x, h=1e-5):
    start = x.detach()
    slopes = []
    for index in itertools.product(*(range(s) for s in reversed(start.shape))):
        plus, minus = start.clone(), start.clone()
        plus[index[::-1]] += h
        minus[index[::-1]] -= h
        slopes.append(float((f(plus) - f(minus)) / (2 * h)))
    return torch.tensor(slopes, dtype=start.dtype).reshape(start.shape)


def gradients_agree(analytic, numeric, tolerance=1e-5):
    gap = torch.linalg.norm((analytic - numeric).flatten())
    size = torch.linalg.norm(analytic.flatten()) + torch.linalg.norm(numeric.flatten())
    if size == 0:
        return True
    return bool(gap / size <= tolerance)
