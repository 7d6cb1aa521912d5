# The sign is wrong, −H v is returned.

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
    def against(p):
        return -f(p)

    return torch.autograd.functional.vhp(against, x.detach(), v.detach())[1]
