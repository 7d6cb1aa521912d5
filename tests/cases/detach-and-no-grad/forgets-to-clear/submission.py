import torch


def stop_gradient(x):
    x = x.detach().requires_grad_()
    y = (x**2).detach()
    return y * 0 * x


def tracking_flags(x):
    x = x.detach().requires_grad_()
    y = x**2
    with torch.no_grad():
        return y.requires_grad, x.requires_grad


def sgd_(params, lr):
    with torch.no_grad():
        for p in params:
            p.sub_(lr * p.grad)
