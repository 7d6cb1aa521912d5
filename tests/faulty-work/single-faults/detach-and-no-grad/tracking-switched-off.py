# The parameters no longer require grad after the step.

# %%
import torch


# %%
def stop_gradient(x):
    leaf = x.detach().clone().requires_grad_(True)
    square = leaf**2
    z = square * square.detach()
    z.backward()
    return leaf.grad


# %%
def tracking_flags(x):
    leaf = x.detach().clone().requires_grad_(True)
    y = leaf**2
    with torch.no_grad():
        z = leaf**2
    return y.requires_grad, z.requires_grad


# %%
def sgd_(params, lr):
    for p in params:
        g = p.grad
        p.requires_grad_(False)
        p -= lr * g
        p.grad = None
