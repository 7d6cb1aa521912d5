# Only x² is differentiated, the constant factor is left out.

# %%
import torch


# %%
def stop_gradient(x):
    t = x.detach().clone().requires_grad_(True)
    square = t.square()
    constant = square.detach()
    square.backward()
    return t.grad


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
