# The local derivative da/dx = 1 is returned for dz/dx.

# %%
import torch


# %%
def graph_gradients(x, y, w):
    x = x.detach().clone().requires_grad_(True)
    y = y.detach().clone().requires_grad_(True)
    w = w.detach().clone().requires_grad_(True)
    a = x + y
    z = a * w
    (dz_dx,) = torch.autograd.grad(a, x, retain_graph=True)
    dz_dy, dz_dw, dz_da = torch.autograd.grad(z, (y, w, a))
    return dz_dx, dz_dy, dz_dw, dz_da


# %%
def dynamic_gradient(x, condition):
    def branch(t):
        if condition:
            return t * t
        return t * t * t

    return torch.func.grad(branch)(x.detach())
