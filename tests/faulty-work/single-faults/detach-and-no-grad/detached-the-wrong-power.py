# Three of the four factors are detached, c is x³ and the factor is x.

# %%
import torch


# %%
def stop_gradient(x):
    leaf = x.clone().detach().requires_grad_(True)
    frozen = leaf.detach()
    z = leaf * frozen * frozen * frozen
    (slope,) = torch.autograd.grad(z, leaf)
    return slope


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
    with torch.no_grad():
        for p in params:
            p -= lr * p.grad
            p.grad.zero_()
