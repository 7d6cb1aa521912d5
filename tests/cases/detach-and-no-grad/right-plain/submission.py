import torch


def stop_gradient(x):
    x = x.clone().detach().requires_grad_(True)
    y = x**2
    z = y * y.detach()
    z.backward()
    return x.grad


def tracking_flags(x):
    x = x.clone().detach().requires_grad_(True)
    y = x**2
    with torch.no_grad():
        z = x**2
    return y.requires_grad, z.requires_grad


def sgd_(params, lr):
    with torch.no_grad():
        for p in params:
            p -= lr * p.grad
            p.grad.zero_()
