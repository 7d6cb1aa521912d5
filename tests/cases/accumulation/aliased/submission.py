import torch


def accumulate_then_reset(x):
    x = x.clone().detach().requires_grad_(True)
    (x**2).backward()
    first = x.grad
    (x**3).backward()
    accumulated = x.grad
    x.grad.zero_()
    (x**3).backward()
    return first, accumulated, x.grad


def gradients_without_leak(f, xs):
    leaf = torch.zeros_like(xs[0]).requires_grad_()
    found = []
    for x in xs:
        leaf.data = x.detach().clone()
        if leaf.grad is not None:
            leaf.grad.zero_()
        f(leaf).backward()
        found.append(leaf.grad)
    return found
