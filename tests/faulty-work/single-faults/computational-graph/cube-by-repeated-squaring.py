# The other branch is x⁴ (the square squared) instead of x³.

# %%
import torch


# %%
def graph_gradients(x, y, w):
    leaves = [torch.tensor(t.item(), dtype=torch.float64, requires_grad=True) for t in (x, y, w)]
    a = leaves[0] + leaves[1]
    z = a * leaves[2]
    return torch.autograd.grad(z, [*leaves, a])


# %%
def dynamic_gradient(x, condition):
    s = x.clone().detach().requires_grad_()
    y = s.square()
    if not condition:
        y = y.square()
    y.backward()
    return s.grad.clone()
