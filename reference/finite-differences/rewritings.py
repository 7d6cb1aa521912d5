"""Other right ways to write it."""

import torch

from grader.authoring import rewriting


@rewriting("central_difference")
def slope_by_halves(f, x, h=1e-5):
    return f(x + h) / (2 * h) - f(x - h) / (2 * h)


@rewriting("numerical_gradient")
def gradient_by_units(f, x, h=1e-5):
    units = torch.eye(x.numel(), dtype=x.dtype).reshape(-1, *x.shape)
    with torch.no_grad():
        return torch.stack([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in units]).view(x.shape)


@rewriting("gradients_agree")
def agree_by_norm(analytic, numeric, tolerance=1e-5):
    gap, size = (analytic - numeric).norm(), max(analytic.norm(), numeric.norm())
    return bool(gap == 0) if size == 0 else bool(gap / size < tolerance)
