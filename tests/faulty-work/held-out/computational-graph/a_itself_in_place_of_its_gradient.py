# The last item is the value of a instead of its gradient.

# %%
import torch


# %%
def graph_gradients(x, y, w):
    x, y, w = [t.detach().clone().requires_grad_() for t in (x, y, w)]
    a = x + y
    z = a * w
    dx, dy, dw = torch.autograd.grad(z, (x, y, w))
    return dx, dy, dw, a.detach()


# %%
def dynamic_gradient(x, condition):
    power = 2 if condition else 3
    return torch.func.grad(lambda t: t**power)(x.detach())
