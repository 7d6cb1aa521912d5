"""The gradient after the reset is returned before the accumulated one."""

import torch


def accumulate_then_reset(x):
    node = x.clone().detach().requires_grad_(True)
    (node**2).backward()
    g1 = node.grad.clone()
    (node**3).backward()
    g2 = node.grad.clone()
    node.grad.data.zero_()
    (node**3).backward()
    g3 = node.grad.clone()
    return g1, g3, g2


def gradients_without_leak(f, xs):
    derivative = torch.func.grad(f)
    return [derivative(x.detach()) for x in xs]
