"""The two flags are returned in the opposite order."""

import torch


def stop_gradient(x):
    leaf = x.detach().clone().requires_grad_(True)
    square = leaf**2
    z = square * square.detach()
    z.backward()
    return leaf.grad


def tracking_flags(x):
    leaf = x.detach().clone().requires_grad_(True)
    with torch.no_grad():
        silent = leaf**2
    loud = leaf**2
    return silent.requires_grad, loud.requires_grad


@torch.no_grad()
def sgd_(params, lr):
    for tensor in params:
        tensor.add_(tensor.grad, alpha=-lr)
        tensor.grad = None
