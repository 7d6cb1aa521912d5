# New tensors are put into the list, the old ones stay as they were.

# %%
import torch


# %%
def stop_gradient(x):
    c = x.detach().square()
    return torch.func.grad(lambda s: s.square() * c)(x.detach())


# %%
def tracking_flags(x):
    """Look at both squares."""
    t = torch.tensor(x.item(), requires_grad=True)

    @torch.no_grad()
    def quiet_square():
        return t * t

    return (t * t).requires_grad, quiet_square().requires_grad


# %%
def sgd_(params, lr):
    for k, p in enumerate(params):
        fresh = (p - lr * p.grad).detach().requires_grad_(True)
        params[k] = fresh
