# c is not detached, the derivative is that of x⁴.

# %%
import torch


# %%
def stop_gradient(x):
    leaf = x.clone().detach().requires_grad_(True)
    c = leaf**2
    z = leaf**2 * c
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
    with torch.no_grad():
        for p in params:
            p -= lr * p.grad
            p.grad.zero_()
