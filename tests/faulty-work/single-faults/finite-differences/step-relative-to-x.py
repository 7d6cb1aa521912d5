# The step is scaled with x, so h means something else than asked.

# %%
import itertools

import torch


# %%
def central_difference(f, x, h=1e-5):
    step = h * max(1.0, abs(float(x)) * 2)
    return (f(x + step) - f(x - step)) / (2 * step)


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
