"""A coordinate is not put back before the next one is moved."""

import torch


def central_difference(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


def numerical_gradient(f, x, h=1e-5):
    work = x.detach().clone()
    cells = work.view(-1)
    grad = torch.zeros_like(cells)
    for i in range(cells.numel()):
        cells[i] += h
        up = f(work).item()
        cells[i] -= 2 * h
        down = f(work).item()
        grad[i] = (up - down) / (2 * h)
    return grad.view(work.shape)


def gradients_agree(analytic, numeric, tolerance=1e-5):
    gap = torch.linalg.norm((analytic - numeric).flatten())
    size = torch.linalg.norm(analytic.flatten()) + torch.linalg.norm(numeric.flatten())
    if size == 0:
        return True
    return bool(gap / size <= tolerance)
