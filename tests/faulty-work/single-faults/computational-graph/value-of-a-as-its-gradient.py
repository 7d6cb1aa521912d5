"""The value of a is returned in place of dz/da."""

import torch


def graph_gradients(x, y, w):
    x = x.detach().clone().requires_grad_(True)
    y = y.detach().clone().requires_grad_(True)
    w = w.detach().clone().requires_grad_(True)
    a = x + y
    z = a * w
    z.backward()
    return x.grad, y.grad, w.grad, a.detach()


def dynamic_gradient(x, condition):
    power = 2 if condition else 3
    t = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    return torch.autograd.grad(t.pow(power), t)[0].item()
