# The value of z is returned instead of its derivative.

# %%
import torch


# %%
def stop_gradient(x):
    v = x.detach().clone().requires_grad_(True)
    c = (v**2).detach()
    z = v**2 * c
    z.backward()
    return z.detach()


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
