"""The derivatives come in the opposite order of the points."""

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
    waiting = [x.detach().clone().requires_grad_(True) for x in xs]
    done = []
    while waiting:
        leaf = waiting.pop()
        f(leaf).backward()
        done.append(leaf.grad.clone())
    return done
