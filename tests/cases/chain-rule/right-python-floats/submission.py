# %%
import torch
from torch.autograd.functional import jacobian


# %%
def chain_rule_by_hand(x):
    v = x.item()
    g = v * v + 1.0
    return [3 * g * g, 2 * v, 6 * v * g * g]


# %%
def chain_rule_by_autograd(x):
    return jacobian(lambda t: (t.square() + 1).pow(3), x.detach())
