# The total derivative lacks the factor dg/dx.

# %%
import torch


# %%
def chain_rule_by_hand(x):
    v = x.item()
    g = v * v + 1
    df_dg = 3 * g * g
    dg_dx = 2 * v
    df_dx = 3 * (v**2 + 1) ** 2
    return [df_dg, dg_dx, df_dx]


# %%
def chain_rule_by_autograd(x):
    point = x.detach().clone().requires_grad_()
    g = point.square() + 1
    (slope,) = torch.autograd.grad(g * g * g, point)
    return slope.item()
