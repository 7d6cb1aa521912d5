"""grad is applied three times."""

import torch


def second_derivative(f, x):
    derived = f
    for _ in range(3):
        derived = torch.func.grad(derived)
    return derived(x.detach())


def hessian_vector_product(f, x, v):
    point, direction = x.detach(), v.detach()
    _, product = torch.autograd.functional.vhp(f, point, direction)
    return product
