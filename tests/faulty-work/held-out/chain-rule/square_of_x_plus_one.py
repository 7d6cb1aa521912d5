"""g is (x + 1) squared instead of x squared plus 1."""

import torch


def chain_rule_by_hand(x):
    outer = lambda g: 3 * g * g
    inner = lambda t: t + t
    g = x * x + 1
    return outer(g), inner(x), outer(g) * inner(x)


def chain_rule_by_autograd(x):
    return torch.func.grad(lambda t: ((t + 1) ** 2) ** 3)(x.detach())
