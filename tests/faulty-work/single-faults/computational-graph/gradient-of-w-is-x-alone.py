# dz/dw is x alone, the y in a is left out.

# %%
import torch


# %%
def graph_gradients(x, y, w):
    # z = (x + y) w, so the slopes can be written down
    dz_da = w.detach().clone()
    dz_dx = dz_da * 1
    dz_dy = dz_da * 1
    dz_dw = x.detach().clone()
    return dz_dx, dz_dy, dz_dw, dz_da


# %%
def dynamic_gradient(x, condition):
    power = 2 if condition else 3
    t = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    return torch.autograd.grad(t.pow(power), t)[0].item()
