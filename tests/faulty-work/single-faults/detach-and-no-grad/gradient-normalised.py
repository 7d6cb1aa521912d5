# Every gradient is divided by its norm.

# %%
import torch


# %%
def stop_gradient(x):
    t = x.clone().detach().requires_grad_()
    with torch.no_grad():
        c = t * t
    return torch.autograd.grad(t * t * c, t)[0]


# %%
def tracking_flags(x):
    """Look at both squares."""
    t = torch.tensor(x.item(), requires_grad=True)

    @torch.no_grad()
    def quiet_square():
        return t * t

    return (t * t).requires_grad, quiet_square().requires_grad


# %%
@torch.no_grad()
def sgd_(params, lr):
    for p in params:
        direction = p.grad / p.grad.norm()
        p.sub_(lr * direction)
        p.grad = None
