"""A linear f is not thought of: its gradient has no graph and the second backward raises."""

import torch


def second_derivative(f, x):
    x = x.detach().clone().requires_grad_(True)
    y = f(x)
    dy = torch.autograd.grad(y, x, create_graph=True)[0]
    d2y = torch.autograd.grad(dy, x)[0]
    return d2y


def hessian_vector_product(f, x, v):
    x = x.detach().clone().requires_grad_(True)
    v = v.detach()
    (g,) = torch.autograd.grad(f(x), x, create_graph=True)
    (hv,) = torch.autograd.grad(g @ v, x)
    return hv
