"""The second flag is that of the leaf, not that of its square."""

import torch


def stop_gradient(x):
    c = x.detach().square()
    return torch.func.grad(lambda s: s.square() * c)(x.detach())


def tracking_flags(x):
    w = x.clone().detach().requires_grad_(True)
    y = w.pow(2)
    with torch.no_grad():
        z = w.pow(2)
        untracked = w.requires_grad
    return y.requires_grad, untracked


def sgd_(params, lr):
    for p in params:
        p.data = p.data - lr * p.grad.data
    for p in params:
        p.grad = None
