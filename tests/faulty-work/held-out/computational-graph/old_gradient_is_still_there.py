"""The leaf is the argument itself and is not reset, so each call adds to the grad of the call before."""

import torch


def graph_gradients(x, y, w):
    x, y, w = [t.detach().clone().requires_grad_() for t in (x, y, w)]
    a = x + y
    z = a * w
    return torch.autograd.grad(z, (x, y, w, a))


def dynamic_gradient(x, condition):
    x.requires_grad_()
    if condition:
        y = x**2
    else:
        y = x**3
    y.backward()
    return x.grad.clone()
