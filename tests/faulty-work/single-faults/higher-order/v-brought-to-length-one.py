# v is brought to length one first.

# %%
import torch


# %%
def second_derivative(f, x):
    return torch.func.grad(torch.func.grad(f))(x.detach())


# %%
def hessian_vector_product(f, x, v):
    leaf = x.detach().clone().requires_grad_(True)
    direction = v.detach() / v.detach().norm()
    grad = torch.autograd.grad(f(leaf), leaf, create_graph=True)[0]
    return torch.autograd.grad(torch.dot(grad, direction), leaf)[0]
