# All three numbers are the same tensor .grad, so the first two change with later passes.

# %%
import torch


# %%
def accumulate_then_reset(x):
    leaf = x.clone().detach().requires_grad_(True)
    y = leaf**2
    y.backward()
    first = leaf.grad
    z = leaf**3
    z.backward()
    accumulated = leaf.grad
    leaf.grad.zero_()
    z = leaf**3
    z.backward()
    after_reset = leaf.grad
    return first, accumulated, after_reset


# %%
def gradients_without_leak(f, xs):
    leaves = [p.clone().detach().requires_grad_() for p in xs]
    return [torch.autograd.grad(f(p), p)[0] for p in leaves]
