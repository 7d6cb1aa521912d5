"""The derivative is a one-sided difference quotient with a step of 0.001."""

import torch


def accumulate_then_reset(x):
    """Three looks at the same gradient."""
    v = x.detach().clone()
    v.requires_grad = True

    def look(power, reset=False):
        if reset:
            v.grad = torch.zeros_like(v)
        v.pow(power).backward()
        return v.grad.detach().clone()

    return look(2), look(3), look(3, reset=True)


def gradients_without_leak(f, xs):
    h = 1e-3
    with torch.no_grad():
        points = [x.detach().double() for x in xs]
        return [(f(p + h) - f(p)) / h for p in points]
