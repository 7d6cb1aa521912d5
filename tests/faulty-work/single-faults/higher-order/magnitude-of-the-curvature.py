# The absolute value of the second derivative is returned.

# %%
import torch


# %%
def second_derivative(f, x):
    hessian = torch.func.hessian(f)(x.detach())
    return hessian.abs()


# %%
def hessian_vector_product(f, x, v):
    leaf = x.detach().clone().requires_grad_(True)
    (g,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    return torch.autograd.grad(g @ v.detach(), leaf)[0]
