# The line that clears is outside the loop, so only the last parameter loses its gradient.

# %%
import torch


# %%
def stop_gradient(x):
    value = x.detach()
    return torch.func.grad(lambda t: t * t * value * value)(value)


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
            p -= lr * p.grad
        p.grad.zero_()
