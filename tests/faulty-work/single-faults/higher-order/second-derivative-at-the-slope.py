# f' is applied to f'(x) instead of being differentiated.

# %%
import torch


# %%
def second_derivative(f, x):
    d = torch.func.grad(f)
    return d(d(x.detach()))


# %%
def hessian_vector_product(f, x, v):
    point, direction = x.detach(), v.detach()
    _, product = torch.autograd.functional.vhp(f, point, direction)
    return product
