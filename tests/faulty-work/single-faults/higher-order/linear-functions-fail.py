# The second call of grad fails for linear functions, whose first derivative has no graph.

# %%
import torch


# %%
def second_derivative(f, x):
    p = x.clone().detach().requires_grad_(True)
    first = torch.autograd.grad(f(p), p, create_graph=True)[0]
    return torch.autograd.grad(first, p)[0]


# %%
def hessian_vector_product(f, x, v):
    slope = torch.func.grad(f)
    return torch.func.jvp(slope, (x.detach(),), (v.detach(),))[1]
