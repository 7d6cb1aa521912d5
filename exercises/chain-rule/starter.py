# %% [markdown]
# # The chain rule
#
# f = g³ with g = x² + 1. A change of x changes g, and the change of g changes f.
#
# Both functions get a 0-d tensor of any floating dtype. It may or may not require grad when it
# arrives. Each function is called more than once with the same tensor. Leave its value alone, and
# return the same result every time.

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
    """Return (df/dg, dg/dx, df/dx) of f = g³, g = x² + 1, by your own formulas."""
    raise NotImplementedError


# %% [markdown]
# ## 2. By autograd (4 points)
#
# Return df/dx, computed by PyTorch: `backward`, `torch.autograd.grad` and `torch.func` all count.
#
# Example: x = 2 gives 300.


# %%
def chain_rule_by_autograd(x):
    """Return df/dx of f = g³, g = x² + 1, computed by autograd."""
    raise NotImplementedError
