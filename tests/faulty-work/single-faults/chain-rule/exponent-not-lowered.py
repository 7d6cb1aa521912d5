"""df/dg keeps the exponent 3: 3g³ instead of 3g²."""

import torch


def chain_rule_by_hand(x):
    g = torch.square(x) + 1
    slopes = {"outer": 3 * g**3, "inner": 2 * x}
    # f = g³ by hand, multiplied out: 6x(x² + 1)²
    slopes["both"] = 6 * x * g**2
    return slopes["outer"], slopes["inner"], slopes["both"]


def chain_rule_by_autograd(x):
    leaf = x.clone().detach().requires_grad_(True)
    f = (leaf**2 + 1) ** 3
    f.backward()
    return leaf.grad
