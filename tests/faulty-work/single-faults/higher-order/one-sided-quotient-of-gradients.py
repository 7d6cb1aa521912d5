# The difference of two gradients is divided by a large step of 0.01.

# %%
import torch


# %%
def second_derivative(f, x):
    return torch.func.grad(torch.func.grad(f))(x.detach())


# %%
def hessian_vector_product(f, x, v):
    eps = 1e-2
    grad = torch.func.grad(f)
    base = x.detach()
    return (grad(base + eps * v.detach()) - grad(base)) / eps
