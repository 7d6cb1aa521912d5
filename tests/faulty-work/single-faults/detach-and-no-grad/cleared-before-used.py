# The gradients are set to zero before the update, which then does nothing.

# %%
import torch


# %%
def stop_gradient(x):
    c = x.detach().square()
    return torch.func.grad(lambda s: s.square() * c)(x.detach())


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
        p.grad.zero_()
    with torch.no_grad():
        for p in params:
            p -= lr * p.grad
