"""backward is called twice without a reset, so f' and f'' add up."""

import torch


def second_derivative(f, x):
    t = x.detach().clone().requires_grad_(True)
    y = f(t)
    (slope,) = torch.autograd.grad(y, t, create_graph=True)
    y.backward(retain_graph=True)
    if slope.requires_grad:
        slope.backward()
    return t.grad.clone()


def hessian_vector_product(f, x, v):
    point, direction = x.detach(), v.detach()
    _, product = torch.autograd.functional.vhp(f, point, direction)
    return product
