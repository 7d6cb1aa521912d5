# x is changed in place and only put back to x minus h, so later coordinates and the caller's x are off.

# %%
import math
import torch


# %%
def central_difference(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


# %%
def numerical_gradient(f, x, h=1e-5):
    grad = torch.zeros_like(x, requires_grad=False)
    with torch.no_grad():
        xf = x.view(-1)
        gf = grad.view(-1)
        for k in range(xf.numel()):
            xf[k] += h
            fp = f(x)
            xf[k] -= 2 * h
            fm = f(x)
            gf[k] = (fp - fm) / (2 * h)
    return grad


# %%
def gradients_agree(analytic, numeric, tolerance=1e-5):
    a, b = analytic.detach().double(), numeric.detach().double()
    scale = max(a.norm().item(), b.norm().item())
    gap = (a - b).norm().item()
    if math.isnan(gap):
        return False
    if scale == 0:
        return True
    return gap / scale <= tolerance
