# The second pass differentiates y + z, so y counts twice.

# %%



# %%
def accumulate_then_reset(x):
    x = x.detach().clone().requires_grad_(True)
    y = x * x
    y.backward(retain_graph=True)
    first = x.grad.clone()
    z = x * x * x
    (y + z).backward()
    accumulated = x.grad.clone()
    x.grad = None
    (x * x * x).backward()
    return first, accumulated, x.grad.clone()


# %%
def gradients_without_leak(f, xs):
    result = []
    for x in xs:
        leaf = x.detach().clone().requires_grad_(True)
        f(leaf).backward()
        result.append(leaf.grad)
    return result
