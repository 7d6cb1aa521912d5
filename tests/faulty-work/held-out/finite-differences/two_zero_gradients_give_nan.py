# For two zero gradients the quotient is 0/0, and the comparison with NaN says False.

# %%
import torch


# %%
def central_difference(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


# %%
def numerical_gradient(f, x, h=1e-5):
    x = x.detach().clone()
    grad = torch.zeros_like(x)
    flat, out = x.view(-1), grad.view(-1)
    for i in range(flat.numel()):
        old = flat[i].item()
        flat[i] = old + h
        plus = f(x)
        flat[i] = old - h
        minus = f(x)
        flat[i] = old
        out[i] = (plus - minus) / (2 * h)
    return grad


# %%
def gradients_agree(analytic, numeric, tolerance=1e-5):
    num = torch.sqrt(((analytic - numeric) ** 2).sum())
    den = torch.sqrt((analytic**2).sum())
    return bool(num / den <= tolerance)
