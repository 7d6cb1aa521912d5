# The number vᵀHv times v is returned instead of H v.

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
    v = v.detach()
    hv = torch.func.jvp(torch.func.grad(f), (x.detach(),), (v,))[1]
    curvature = hv @ v
    return curvature * v
