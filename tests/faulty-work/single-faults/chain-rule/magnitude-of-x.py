# dg/dx uses the absolute value of x, so it is wrong for negative x.

# %%
import torch


# %%
def chain_rule_by_hand(x):
    size = x.abs()
    g = size**2 + 1
    df_dg = 3 * g**2
    dg_dx = 2 * size
    return df_dg, dg_dx, df_dg * (2 * x)


# %%
def composed(t):
    return torch.pow(t * t + 1, 3)


def chain_rule_by_autograd(x):
    return torch.func.grad(composed)(x.detach())
