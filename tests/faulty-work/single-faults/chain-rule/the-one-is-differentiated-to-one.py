"""The constant 1 in g is not differentiated away: dg/dx = 2x + 1."""

import torch


def chain_rule_by_hand(x):
    g = x**2 + 1
    df_dg = 3 * g**2
    dg_dx = 2 * x + 1
    df_dx = df_dg * 2 * x
    return df_dg, dg_dx, df_dx


def chain_rule_by_autograd(x):
    point = x.detach().clone().requires_grad_()
    g = point.square() + 1
    (slope,) = torch.autograd.grad(g * g * g, point)
    return slope.item()
