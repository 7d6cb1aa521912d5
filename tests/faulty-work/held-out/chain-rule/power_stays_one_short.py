# The derivative of g cubed is written as 3g instead of 3g squared.

# %%
import torch


# %%
def chain_rule_by_hand(x):
    g = x**2 + 1
    df_dg = 3 * g
    dg_dx = 2 * x
    df_dx = df_dg * dg_dx
    return df_dg, dg_dx, df_dx


# %%
def chain_rule_by_autograd(x):
    x = x.detach().clone().requires_grad_(True)
    g = x**2 + 1
    f = g**3
    f.backward()
    return x.grad


# %%
chain_rule_by_hand(torch.tensor(2.0))
