# The third pass differentiates x squared instead of x cubed.

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
    z = x**2
    z.backward()
    after_reset = x.grad.clone()
    return first, accumulated, after_reset


# %%
def gradients_without_leak(f, xs):
    # one leaf for all, emptied before each use
    slopes = []
    w = torch.zeros_like(xs[0]).detach().requires_grad_(True)
    for x in xs:
        w.grad = None
        with torch.no_grad():
            w.copy_(x)
        f(w).backward()
        slopes.append(w.grad.clone())
    return slopes
