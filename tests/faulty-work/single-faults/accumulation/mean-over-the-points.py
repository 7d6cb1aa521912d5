# The mean of all f(x) is differentiated, so every derivative is divided by the number of points.

# %%
import torch


# %%
def accumulate_then_reset(x):
    leaf = x.clone().detach().requires_grad_(True)
    (leaf**2).backward()
    first = leaf.grad.clone()
    (leaf**3).backward()
    accumulated = leaf.grad.clone()
    leaf.grad.zero_()
    (leaf**3).backward()
    return first, accumulated, leaf.grad.clone()


# %%
def gradients_without_leak(f, xs):
    leaves = [x.clone().detach().requires_grad_(True) for x in xs]
    total = torch.stack([f(leaf) for leaf in leaves]).mean()
    return list(torch.autograd.grad(total, leaves))
