# The loop ends before the last coordinate, whose entry stays zero.

# %%
import torch


# %%
def central_difference(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


# %%
def numerical_gradient(f, x, h=1e-5):
    p = x.detach().reshape(-1)
    grad = torch.zeros_like(p)
    eye = torch.eye(p.numel(), dtype=p.dtype)
    for i in range(p.numel() - 1):
        step = h * eye[i]
        grad[i] = (f((p + step).view(x.shape)) - f((p - step).view(x.shape))) / (2 * h)
    return grad.view(x.shape)


# %%
def gradients_agree(analytic, numeric, tolerance=1e-5):
    gap = torch.linalg.norm((analytic - numeric).flatten())
    size = torch.linalg.norm(analytic.flatten()) + torch.linalg.norm(numeric.flatten())
    if size == 0:
        return True
    return bool(gap / size <= tolerance)
