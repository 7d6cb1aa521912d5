# create_graph is missing, so the second pass has nothing to differentiate.

# %%
import torch


# %%
def second_derivative(f, x):
    leaf = x.detach().clone().requires_grad_(True)
    y = f(leaf)
    slope = torch.autograd.grad(y, leaf, retain_graph=True)[0]
    return torch.autograd.grad(slope, leaf)[0]


# %%
def hessian_vector_product(f, x, v):
    point, direction = x.detach(), v.detach()
    _, product = torch.autograd.functional.vhp(f, point, direction)
    return product
