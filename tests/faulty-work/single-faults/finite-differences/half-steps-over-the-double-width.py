"""The points are h/2 apart from x, but the quotient is divided by 2h."""

import torch


def central_difference(f, x, h=1e-5):
    half = h / 2
    return (f(x + half) - f(x - half)) / (2 * h)


def numerical_gradient(f, x, h=1e-5):
    work = x.detach().clone().contiguous()
    entries = work.view(-1)
    slopes = []
    with torch.no_grad():
        for k in range(entries.numel()):
            keep = entries[k].item()
            entries[k] = keep + h
            above = f(work).item()
            entries[k] = keep - h
            below = f(work).item()
            entries[k] = keep
            slopes.append((above - below) / (2 * h))
    return torch.tensor(slopes, dtype=work.dtype).view(work.shape)


def gradients_agree(analytic, numeric, tolerance=1e-5):
    error = (analytic - numeric).norm().item()
    scale = max(analytic.norm().item(), numeric.norm().item())
    return error <= tolerance * scale
