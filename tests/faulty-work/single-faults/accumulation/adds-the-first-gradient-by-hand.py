# The first gradient is added by hand to one that already contains it.

# %%



# %%
def accumulate_then_reset(x):
    leaf = x.detach().clone().requires_grad_(True)
    leaf.pow(2).backward()
    first = leaf.grad.item()
    leaf.pow(3).backward()
    accumulated = first + leaf.grad.item()  # gradients add up
    leaf.grad = None
    leaf.pow(3).backward()
    return first, accumulated, leaf.grad.item()


# %%
def gradients_without_leak(f, xs):
    result = []
    for x in xs:
        leaf = x.detach().clone().requires_grad_(True)
        f(leaf).backward()
        result.append(leaf.grad)
    return result
