"""The list holds one and the same tensor .grad in every place."""

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
    p = torch.zeros((), dtype=xs[0].dtype, requires_grad=True)
    gradients = []
    for x in xs:
        p.data = x.detach().clone()
        if p.grad is not None:
            p.grad.zero_()
        f(p).backward()
        gradients.append(p.grad)
    return gradients
