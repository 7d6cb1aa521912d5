"""All three answers are the same grad tensor, which the later passes change."""

import torch


def accumulate_then_reset(x):
    x = x.detach().clone().requires_grad_(True)

    y = x**2
    y.backward()
    first = x.grad

    z = x**3
    z.backward()
    accumulated = x.grad

    x.grad.zero_()
    z = x**3
    z.backward()
    after_reset = x.grad
    return first, accumulated, after_reset


def gradients_without_leak(f, xs):
    result = []
    for x in xs:
        x = x.detach().clone().requires_grad_(True)
        f(x).backward()
        result.append(x.grad)
    return result
