import torch


def stop_gradient(x):
    x = x.detach().requires_grad_()
    (x**2 * x.detach()).backward()
    return x.grad


def tracking_flags(x):
    return False, True


def sgd_(params, lr):
    for i, p in enumerate(params):
        params[i] = (p - lr * p.grad).detach().requires_grad_()
