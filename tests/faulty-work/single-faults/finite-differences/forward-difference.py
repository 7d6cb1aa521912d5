# The quotient is one-sided: f(x + h) − f(x).

# %%
import torch


# %%
def central_difference(f, x, h=1e-5):
    return (f(x + h) - f(x)) / h


# %%
def numerical_gradient(f, x, h=1e-5):
    work = x.detach().clone().contiguous()
    entries = work.view(-1)
    slopes = []
    with torch.no_grad():
        for k in range(entries.numel()):
            keep = entries[k].item()
            entries[k] = keep + h
            above = f(work).item()
            entries[k] = keep - h
            below = f(work).item()
            entries[k] = keep
            slopes.append((above - below) / (2 * h))
    return torch.tensor(slopes, dtype=work.dtype).view(work.shape)


# %%
def gradients_agree(analytic, numeric, tolerance=1e-5):
    gap = torch.linalg.norm((analytic - numeric).flatten())
    size = torch.linalg.norm(analytic.flatten()) + torch.linalg.norm(numeric.flatten())
    if size == 0:
        return True
    return bool(gap / size <= tolerance)
