"""The gradient is clipped to the range from −10 to 10."""

import torch


def chain_rule_by_hand(x):
    inner = x.detach() * x.detach() + 1.0
    outer_slope = 3.0 * inner * inner
    inner_slope = 2.0 * x.detach()
    total = outer_slope * inner_slope
    return outer_slope, inner_slope, total


def chain_rule_by_autograd(x):
    w = torch.tensor(x.item(), dtype=x.dtype, requires_grad=True)
    loss = (w**2 + 1) ** 3
    loss.backward()
    torch.nn.utils.clip_grad_value_([w], 10.0)
    return w.grad
