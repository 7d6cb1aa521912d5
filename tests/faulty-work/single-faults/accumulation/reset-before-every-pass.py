"""The gradient is reset before each pass, so nothing accumulates."""

import torch


def accumulate_then_reset(x):
    p = x.detach().clone().requires_grad_()
    grads = []
    for fn in (torch.square, lambda s: s**3, lambda s: s**3):
        p.grad = None  # always clean up first!
        fn(p).backward()
        grads.append(p.grad.item())
    first, accumulated, after_reset = grads
    return first, accumulated, after_reset


def gradients_without_leak(f, xs):
    derivative = torch.func.grad(f)
    return [derivative(x.detach()) for x in xs]
