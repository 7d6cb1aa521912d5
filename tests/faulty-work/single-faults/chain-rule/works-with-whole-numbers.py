# x is cut down to a whole number first.

# %%
import torch


# %%
def chain_rule_by_hand(x):
    n = int(x)
    g = n**2 + 1
    return 3.0 * g**2, 2.0 * n, 6.0 * n * g**2


# %%
def chain_rule_by_autograd(x):
    point = x.detach().clone().requires_grad_()
    g = point.square() + 1
    (slope,) = torch.autograd.grad(g * g * g, point)
    return slope.item()
