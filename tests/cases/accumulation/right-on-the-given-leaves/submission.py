import torch


def accumulate_then_reset(x):
    x.requires_grad_()
    x.grad = None
    (x**2).backward()
    first = float(x.grad)
    (x**3).backward()
    accumulated = float(x.grad)
    x.grad = torch.zeros_like(x)
    (x**3).backward()
    return first, accumulated, float(x.grad)


def gradients_without_leak(f, xs):
    found = []
    for x in xs:
        x.requires_grad_(True)
        if x.grad is not None:
            x.grad.zero_()
        f(x).backward()
        found.append(x.grad.clone())
    return tuple(found)
