# f is written as g² instead of g³.

# %%



# %%
def chain_rule_by_hand(x):
    inner = x.detach() * x.detach() + 1.0
    outer_slope = 3.0 * inner * inner
    inner_slope = 2.0 * x.detach()
    total = outer_slope * inner_slope
    return outer_slope, inner_slope, total


# %%
def chain_rule_by_autograd(x):
    t = x.detach().clone().requires_grad_(True)
    g = t**2 + 1
    f = g**2
    f.backward()
    return t.grad
