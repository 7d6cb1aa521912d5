"""One leaf serves all x and its gradient is never cleared, so every derivative contains those before it."""

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
    leaf = torch.zeros_like(xs[0]).requires_grad_(True)
    out = []
    for value in xs:
        with torch.no_grad():
            leaf.copy_(value)
        f(leaf).backward()
        out.append(leaf.grad.item())
    return out
