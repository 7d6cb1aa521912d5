# The step adds lr times the gradient instead of subtracting it.

# %%
import torch


# %%
def stop_gradient(x):
    leaf = x.clone().detach().requires_grad_()
    square = leaf.square()
    with torch.no_grad():
        constant = leaf.square()
    return torch.autograd.grad(square * constant, leaf)[0]


# %%
def tracking_flags(x):
    x = x.detach().clone().requires_grad_(True)
    y = x**2
    with torch.no_grad():
        z = x**2
    return y.requires_grad, z.requires_grad


# %%
def sgd_(params, lr):
    with torch.no_grad():
        for p in params:
            p += lr * p.grad
            p.grad.zero_()
