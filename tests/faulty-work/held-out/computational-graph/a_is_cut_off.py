"""a is detached and made a leaf, so the gradients of x and y do not arrive."""

import torch


def graph_gradients(x, y, w):
    x = x.detach().clone().requires_grad_(True)
    y = y.detach().clone().requires_grad_(True)
    w = w.detach().clone().requires_grad_(True)
    a = (x + y).detach().requires_grad_(True)
    z = a * w
    z.backward()
    return x.grad, y.grad, w.grad, a.grad


def dynamic_gradient(x, condition):
    power = 2 if condition else 3
    return torch.func.grad(lambda t: t**power)(x.detach())
