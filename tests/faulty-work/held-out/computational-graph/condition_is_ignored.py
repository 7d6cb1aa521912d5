# The condition is ignored, y is always x squared.

# %%
import torch


# %%
def graph_gradients(x, y, w):
    x = x.detach().clone().requires_grad_(True)
    y = y.detach().clone().requires_grad_(True)
    w = w.detach().clone().requires_grad_(True)
    a = x + y
    a.retain_grad()
    z = a * w
    z.backward()
    return x.grad, y.grad, w.grad, a.grad


# %%
def dynamic_gradient(x, condition=True):
    var = x.detach().clone().requires_grad_(True)
    out = var.pow(2)
    out.backward()
    return var.grad
