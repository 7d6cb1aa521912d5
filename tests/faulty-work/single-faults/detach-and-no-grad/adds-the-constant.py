# The detached square is added to x² instead of multiplied by it.

# %%
import torch


# %%
def stop_gradient(x):
    leaf = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    s = leaf * leaf
    z = s + s.detach()
    z.backward()
    return leaf.grad.item()


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
        p.data = p.data - lr * p.grad.data
    for p in params:
        p.grad = None
