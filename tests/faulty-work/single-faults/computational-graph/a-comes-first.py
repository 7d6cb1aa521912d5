# dz/da is returned first instead of last.

# %%
import torch


# %%
def graph_gradients(x, y, w):
    xl, yl, wl = (t.detach().clone().requires_grad_() for t in (x, y, w))
    a = xl + yl
    z = a * wl
    da, dx, dy, dw = torch.autograd.grad(z, (a, xl, yl, wl))
    return da, dx, dy, dw


# %%
def dynamic_gradient(x, condition):
    power = 2 if condition else 3
    t = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    return torch.autograd.grad(t.pow(power), t)[0].item()
