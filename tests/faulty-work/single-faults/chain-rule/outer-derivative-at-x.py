# df/dg is taken at x instead of at g.

# %%
import torch


# %%
def chain_rule_by_hand(x):
    df_dg = 3 * x**2
    dg_dx = 2 * x
    df_dx = 3 * (x**2 + 1) ** 2 * dg_dx
    return df_dg, dg_dx, df_dx


# %%
def chain_rule_by_autograd(x):
    point = x.detach().clone().requires_grad_()
    g = point.square() + 1
    (slope,) = torch.autograd.grad(g * g * g, point)
    return slope.item()
