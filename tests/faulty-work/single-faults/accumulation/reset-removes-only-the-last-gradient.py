# The reset takes away only the last gradient, so that of y stays in.

# %%



# %%
def accumulate_then_reset(x):
    leaf = x.clone().detach().requires_grad_(True)
    leaf.square().backward()
    first = leaf.grad.clone()
    (leaf**3).backward()
    accumulated = leaf.grad.clone()
    leaf.grad -= accumulated - first
    (leaf**3).backward()
    after_reset = leaf.grad.clone()
    return first, accumulated, after_reset


# %%
def gradients_without_leak(f, xs):
    result = []
    for x in xs:
        leaf = x.detach().clone().requires_grad_(True)
        f(leaf).backward()
        result.append(leaf.grad)
    return result
