"""The norm of the difference is compared with the tolerance as it is, without dividing: an absolute error."""

import numpy as np
import torch


def central_difference(f, x, h=1e-5):
    """Slope of the chord through x - h and x + h."""
    if torch.is_tensor(x):
        x = x.detach()
    right, left = f(x + h), f(x - h)
    rise = right - left
    run = 2 * h
    return rise / run


def numerical_gradient(f, x, h=1e-5):
    """Walk over all indices with numpy's ndindex."""
    g = torch.empty_like(x, requires_grad=False)
    for idx in np.ndindex(*x.shape):
        up = x.detach().clone()
        down = x.detach().clone()
        up[idx] += h
        down[idx] -= h
        g[idx] = (f(up).item() - f(down).item()) / (2 * h)
    return g


def gradients_agree(analytic, numeric, tolerance=1e-5):
    error = (analytic - numeric).norm()
    return error.item() <= tolerance
