# The row sums of H are multiplied by v entry by entry, instead of H times v.

# %%
import torch


# %%
def second_derivative(f, x):
    x = x.detach().clone().requires_grad_(True)
    (first,) = torch.autograd.grad(f(x), x, create_graph=True)
    if not first.requires_grad:
        return torch.zeros_like(x)
    (second,) = torch.autograd.grad(first, x, allow_unused=True)
    return torch.zeros_like(x) if second is None else second


# %%
def hessian_vector_product(f, x, v):
    x = x.detach().clone().requires_grad_(True)
    grad = torch.autograd.grad(f(x), x, create_graph=True)[0]
    second = torch.autograd.grad(grad.sum(), x)[0]
    return second * v.detach()
