"""The gradients are not cleared after the step."""

import torch


def stop_gradient(x):
    value = x.detach()
    return torch.func.grad(lambda t: t * t * value * value)(value)


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
