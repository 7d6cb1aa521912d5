# %%
import torch


# %%
def stop_gradient(x):
    def z(t):
        return t.square() * t.square().detach()

    return torch.func.grad(z)(x.detach())


# %%
def tracking_flags(x):
    x.requires_grad_()
    outside = (x * x).requires_grad
    with torch.no_grad():
        inside = (x * x).requires_grad
    return [outside, inside]


# %%
def sgd_(params, lr):
    for p in params:
        p.data.sub_(lr * p.grad)
        p.grad = None
    return params
