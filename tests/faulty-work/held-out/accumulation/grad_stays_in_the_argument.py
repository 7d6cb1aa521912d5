# The tensors of the list are the leaves themselves; their grad stays and the next call adds to it.

# %%
import torch


# %%
def accumulate_then_reset(x):
    x = x.detach().clone().requires_grad_(True)

    y = x**2
    y.backward()
    first = x.grad.clone()

    z = x**3
    z.backward()
    accumulated = x.grad.clone()

    x.grad.zero_()
    z = x**3
    z.backward()
    after_reset = x.grad.clone()
    return first, accumulated, after_reset


# %%
def gradients_without_leak(f, xs):
    grads = []
    for x in xs:
        x.requires_grad_(True)
        y = f(x)
        y.backward()
        grads.append(x.grad.clone())
    return grads
