"""x is shifted by h in all coordinates at once, so every entry is the sum of the slopes."""

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
    x0 = x.detach()
    result = torch.zeros_like(x0)
    for position in range(x0.numel()):
        shift = torch.full_like(x0, h)
        slope = (f(x0 + shift) - f(x0 - shift)) / (2 * h)
        result.view(-1)[position] = slope
    return result


def gradients_agree(analytic, numeric, tolerance=1e-5):
    diff = torch.linalg.norm((analytic - numeric).flatten())
    size = torch.linalg.norm(analytic.flatten()) + torch.linalg.norm(numeric.flatten())
    return bool(diff <= tolerance * size)
