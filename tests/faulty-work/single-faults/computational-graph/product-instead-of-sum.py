"""a is computed as x·y instead of x + y."""

import torch


def graph_gradients(x, y, w):
    x1 = x.detach().clone().requires_grad_(True)
    y1 = y.detach().clone().requires_grad_(True)
    w1 = w.detach().clone().requires_grad_(True)
    a = x1 * y1
    a.retain_grad()
    z = a * w1
    z.backward()
    return x1.grad, y1.grad, w1.grad, a.grad


def dynamic_gradient(x, condition):
    def branch(t):
        if condition:
            return t * t
        return t * t * t

    return torch.func.grad(branch)(x.detach())
