import torch


def central_difference(f, x, h=1e-5):
    return (f(x + h) - f(x)) / h


def numerical_gradient(f, x, h=1e-5):
    x = x.detach().clone()
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        below = f(x)
        x.view(-1)[i] += h
        grad.view(-1)[i] = (f(x) - below) / h
        x.view(-1)[i] -= h
    return grad


def gradients_agree(analytic, numeric, tolerance=1e-5):
    return bool(torch.norm(analytic - numeric) <= tolerance)
