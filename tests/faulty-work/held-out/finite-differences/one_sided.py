# A forward difference is taken instead of the central one.

# %%
import torch


# %%
def central_difference(f, x, h=1e-5):
    # slope between x and the point a step to the right
    here = f(x)
    there = f(x + h)
    return (there - here) / h


# %%
def numerical_gradient(f, x, h=1e-5):
    base = x.detach()
    n = base.numel()
    moves = torch.eye(n, dtype=base.dtype).reshape(n, *base.shape) * h
    with torch.no_grad():
        slopes = [(f(base + e) - f(base - e)) / (2 * h) for e in moves]
    return torch.stack(slopes).reshape(base.shape)


# %%
def gradients_agree(analytic, numeric, tolerance=1e-5):
    diff = torch.linalg.norm((analytic - numeric).flatten())
    size = torch.linalg.norm(analytic.flatten()) + torch.linalg.norm(numeric.flatten())
    return bool(diff <= tolerance * size)
