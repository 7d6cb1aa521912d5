"""The step is bound to the local name only: the tensors in the list never change."""

import torch


def stop_gradient(x):
    leaf = x.clone().detach().requires_grad_()
    square = leaf.square()
    with torch.no_grad():
        constant = leaf.square()
    return torch.autograd.grad(square * constant, leaf)[0]


def tracking_flags(x):
    @torch.no_grad()
    def quiet(t):
        return t * t

    t = x.detach().clone().requires_grad_()
    return ((t * t).requires_grad, quiet(t).requires_grad)


def sgd_(params, lr):
    with torch.no_grad():
        for param in params:
            param = param - lr * param.grad
        for param in params:
            param.grad = None
