# %% [markdown]
# # The chain rule
#
# f = g³ with g = x² + 1. A change of x changes g, and the change of g changes f.
#
# Both functions get a 0-d tensor of any floating dtype. It may or may not require grad when it
# arrives, and each function is called more than once with the same tensor: leave its value alone
# and return the same result every time.

# %%
import torch

# %% [markdown]
# ## 1. By hand (6 points)
#
# Return three numbers: df/dg (at the g that belongs to this x), dg/dx, and df/dx. Work out the
# formulas yourself: this function is called with autograd switched off.
#
# Example: x = 2 gives (75, 4, 300).


# %%
def chain_rule_by_hand(x):
    x = x.double()
    g = torch.addcmul(torch.ones_like(x), x, x)
    parts = {"df_dg": 3 * g.square(), "dg_dx": x + x}
    return (*parts.values(), parts["df_dg"].mul(parts["dg_dx"]))


# %% [markdown]
# ## 2. By autograd (4 points)
#
# Return df/dx, computed by PyTorch: `backward`, `torch.autograd.grad` and `torch.func` all count.
#
# Example: x = 2 gives 300.


# %%
def chain_rule_by_autograd(x):
    leaf = x.detach().to(torch.float64).clone().requires_grad_()
    with torch.enable_grad():
        g = leaf.square().add(1)
        f = torch.stack([g, g, g]).prod()
    return torch.autograd.grad(f, leaf)[0]
