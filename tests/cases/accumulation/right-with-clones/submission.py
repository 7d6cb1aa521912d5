import torch


def accumulate_then_reset(x):
    x = x.clone().detach().requires_grad_(True)
    y = x**2
    y.backward()
    first = x.grad.clone()
    z = x**3
    z.backward()
    accumulated = x.grad.clone()
    x.grad.zero_()
    z = x**3
    z.backward()
    return first, accumulated, x.grad.clone()


def gradients_without_leak(f, xs):
    grads = []
    for x in xs:
        leaf = x.clone().detach().requires_grad_(True)
        f(leaf).backward()
        grads.append(leaf.grad)
    return grads
