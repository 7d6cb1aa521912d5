import torch


def central_difference(f, x, h=1e-5):
    x = torch.as_tensor(x, dtype=torch.float32)
    return (f(x + h) - f(x - h)) / (2 * h)


def numerical_gradient(f, x, h=1e-5):
    h = 1e-5
    x = x.detach().clone()
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        old = x.view(-1)[i].item()
        x.view(-1)[i] = old + h
        above = f(x)
        x.view(-1)[i] = old - h
        grad.view(-1)[i] = (above - f(x)) / (2 * h)
        x.view(-1)[i] = old
    return grad


def gradients_agree(analytic, numeric, tolerance=1e-5):
    size = analytic.norm() + numeric.norm()
    if size == 0:
        return True
    return not bool((analytic - numeric).norm() / size > tolerance)
