# The quotients are one-sided, from f(x) to f(x + h).

# %%
import torch


# %%
def central_difference(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


# %%
def numerical_gradient(f, x, h=1e-5):
    origin = x.detach().clone()
    base = f(origin)
    out = torch.zeros_like(origin)
    flat_out = out.view(-1)
    for i in range(origin.numel()):
        moved = origin.clone()
        moved.view(-1)[i] += h
        flat_out[i] = (f(moved) - base) / h
    return out


# %%
def gradients_agree(analytic, numeric, tolerance=1e-5):
    gap = torch.linalg.norm((analytic - numeric).flatten())
    size = torch.linalg.norm(analytic.flatten()) + torch.linalg.norm(numeric.flatten())
    if size == 0:
        return True
    return bool(gap / size <= tolerance)
