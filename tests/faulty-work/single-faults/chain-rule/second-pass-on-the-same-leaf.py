# g is differentiated on the same leaf first and its gradient stays in.

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
    z = x.clone().detach().requires_grad_(True)
    g = z.pow(2) + 1
    g.backward(retain_graph=True)  # to look at dg/dx
    f = g.pow(3)
    f.backward()
    return z.grad.clone()
