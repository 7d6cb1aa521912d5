import torch


def central_difference(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


def numerical_gradient(f, x, h=1e-5):
    x = x.detach().clone()
    grad = torch.zeros_like(x)
    flat, out = x.view(-1), grad.view(-1)
    for i in range(flat.numel()):
        old = flat[i].item()
        flat[i] = old + h
        above = f(x).item()
        flat[i] = old - h
        below = f(x).item()
        flat[i] = old
        out[i] = (above - below) / (2 * h)
    return grad


def gradients_agree(analytic, numeric, tolerance=1e-5):
    difference = torch.norm(analytic - numeric)
    size = torch.norm(analytic) + torch.norm(numeric)
    if size == 0:
        return True
    return bool(difference / size < tolerance)
