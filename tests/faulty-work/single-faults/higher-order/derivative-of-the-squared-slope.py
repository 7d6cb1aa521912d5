"""The square of the slope is differentiated, which gives 2f'f''."""

import torch


def second_derivative(f, x):
    slope = torch.func.grad(f)
    return torch.func.grad(lambda t: slope(t) ** 2)(x.detach())


def hessian_vector_product(f, x, v):
    leaf = x.detach().clone().requires_grad_(True)
    (g,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    return torch.autograd.grad(g @ v.detach(), leaf)[0]
