"""The factor c is not detached, so the full derivative of x to the fourth comes out."""

import torch


def stop_gradient(x):
    x = x.detach().clone().requires_grad_(True)
    c = x**2
    z = x**2 * c
    z.backward()
    return x.grad


def tracking_flags(x):
    x = x.detach().clone().requires_grad_(True)
    y = x**2
    with torch.no_grad():
        z = x**2
    return y.requires_grad, z.requires_grad


@torch.no_grad()
def sgd_(params, lr):
    for i in range(len(params)):
        params[i].sub_(params[i].grad, alpha=lr)
        params[i].grad = None
