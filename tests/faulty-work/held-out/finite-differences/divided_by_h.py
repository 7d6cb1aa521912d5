"""The difference is divided by h instead of 2h."""

import math
import torch


def central_difference(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / h


def numerical_gradient(f, x, h=1e-5):
    x = x.detach().clone()
    grad = torch.zeros_like(x)
    flat, out = x.view(-1), grad.view(-1)
    for i in range(flat.numel()):
        old = flat[i].item()
        flat[i] = old + h
        plus = f(x)
        flat[i] = old - h
        minus = f(x)
        flat[i] = old
        out[i] = (plus - minus) / (2 * h)
    return grad


def gradients_agree(analytic, numeric, tolerance=1e-5):
    a, b = analytic.detach().double(), numeric.detach().double()
    scale = max(a.norm().item(), b.norm().item())
    gap = (a - b).norm().item()
    if math.isnan(gap):
        return False
    if scale == 0:
        return True
    return gap / scale <= tolerance
