# The absolute error is compared, not the relative one.

# %%
import itertools

import torch
from torch import Tensor


# %%
def central_difference(f, x, h=1e-5):
    if isinstance(x, torch.Tensor):
        x = x.detach()
    upper = f(x + h)
    lower = f(x - h)
    return 0.5 * (upper - lower) / h


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
    return bool(torch.norm(analytic - numeric) <= tolerance)
