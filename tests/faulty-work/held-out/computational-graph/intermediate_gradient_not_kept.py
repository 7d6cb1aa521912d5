"""retain_grad is forgotten, so the gradient of a is None."""

import torch


def graph_gradients(x, y, w):
    x = x.detach().clone().requires_grad_(True)
    y = y.detach().clone().requires_grad_(True)
    w = w.detach().clone().requires_grad_(True)
    a = x + y
    z = a * w
    z.backward()
    return x.grad, y.grad, w.grad, a.grad


def dynamic_gradient(x, condition):
    x = x.detach().clone().requires_grad_(True)
    if condition:
        y = x**2
    else:
        y = x**3
    y.backward()
    return x.grad
