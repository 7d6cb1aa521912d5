"""The loop stops one too early and leaves the last x out."""

import torch


def accumulate_then_reset(x):
    t = torch.tensor(x.item(), dtype=x.dtype, requires_grad=True)

    def go(fn):
        fn(t).backward()
        return float(t.grad)

    first = go(torch.square)
    accumulated = go(lambda u: u * u * u)
    t.grad = torch.zeros_like(t)
    after = go(lambda u: u * u * u)
    return first, accumulated, after


def gradients_without_leak(f, xs):
    derivs = []
    for i in range(len(xs) - 1):
        xi = xs[i].detach().clone().requires_grad_(True)
        out = f(xi)
        out.backward()
        derivs.append(xi.grad)
    return derivs
