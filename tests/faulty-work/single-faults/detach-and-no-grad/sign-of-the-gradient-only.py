# The step is lr times the sign of the gradient.

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
    with torch.no_grad():
        for weight in params:
            weight -= lr * torch.sign(weight.grad)
            weight.grad = None
