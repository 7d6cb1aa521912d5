import torch


def central_difference(f, x, h=1e-5):
    return f(x + h) - f(x - h) / 2 * h


def numerical_gradient(f, x, h=1e-5):
    grad = torch.zeros_like(x)
    with torch.no_grad():
        for i in range(x.numel()):
            x.view(-1)[i] += h
            above = f(x)
            x.view(-1)[i] -= 2 * h
            grad.view(-1)[i] = (above - f(x)) / (2 * h)
    return grad


def gradients_agree(analytic, numeric, tolerance=1e-5):
    return bool((analytic - numeric).norm() / (analytic.norm() + numeric.norm()) <= tolerance)
