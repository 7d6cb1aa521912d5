import torch


def central_difference(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


def numerical_gradient(f, x, h=1e-5):
    rows = []
    for k in range(x.numel()):
        step = torch.zeros_like(x)
        step.view(-1)[k] = h
        rows.append((f(x + step) - f(x - step)) / (2 * h))
    return torch.stack(rows)


def gradients_agree(analytic, numeric, tolerance=1e-5):
    if not analytic.isfinite().all() or not numeric.isfinite().all():
        return False
    scale = analytic.norm() + numeric.norm()
    return bool(scale == 0 or (analytic - numeric).norm() <= 1e-9 * scale)
