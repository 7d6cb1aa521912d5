"""One leaf serves all x and its grad is never emptied: running sums come back."""

import torch


def accumulate_then_reset(x):
    leaf = x.detach().clone().requires_grad_()
    out = []
    for power, reset in ((2, False), (3, False), (3, True)):
        if reset:
            leaf.grad = None
        (leaf**power).backward()
        out.append(leaf.grad.item())
    return tuple(out)


def gradients_without_leak(f, xs):
    slopes = []
    w = torch.zeros_like(xs[0]).detach().requires_grad_(True)
    for x in xs:
        with torch.no_grad():
            w.copy_(x)
        f(w).backward()
        slopes.append(w.grad.clone())
    return slopes
