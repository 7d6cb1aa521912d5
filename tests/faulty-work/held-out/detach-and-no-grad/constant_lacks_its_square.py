# The constant is detach(x) instead of detach(x squared).

# %%
import torch


# %%
def stop_gradient(x):
    value = x.detach()
    return torch.func.grad(lambda t: t * t * value)(value)


# %%
def tracking_flags(x):
    @torch.no_grad()
    def quiet(t):
        return t * t

    t = x.detach().clone().requires_grad_()
    return ((t * t).requires_grad, quiet(t).requires_grad)


# %%
def sgd_(params, lr):
    with torch.no_grad():
        for p in params:
            p -= lr * p.grad
            p.grad.zero_()
