"""The flags are those of squares of the given x, which may not be tracked at all."""

import torch


def stop_gradient(x):
    t = x.clone().detach().requires_grad_()
    with torch.no_grad():
        c = t * t
    return torch.autograd.grad(t * t * c, t)[0]


def tracking_flags(x):
    inside_graph = x * x
    with torch.no_grad():
        outside_graph = x * x
    return inside_graph.requires_grad, outside_graph.requires_grad


def sgd_(params, lr):
    for p in params:
        p.data = p.data - lr * p.grad.data
    for p in params:
        p.grad = None
