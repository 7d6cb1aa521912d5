"""The last parameter is not updated."""

import torch


def stop_gradient(x):
    t = x.clone().detach().requires_grad_()
    with torch.no_grad():
        c = t * t
    return torch.autograd.grad(t * t * c, t)[0]


def tracking_flags(x):
    leaf = x.detach().clone().requires_grad_(True)
    y = leaf**2
    with torch.no_grad():
        z = leaf**2
    return y.requires_grad, z.requires_grad


def sgd_(params, lr):
    with torch.no_grad():
        for i in range(len(params) - 1):
            params[i] -= lr * params[i].grad
    for p in params:
        p.grad = None
