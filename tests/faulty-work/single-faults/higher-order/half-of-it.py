"""The coefficient f''/2 of the Taylor series is returned."""

import torch


def second_derivative(f, x):
    twice = torch.func.grad(torch.func.grad(f))
    coefficient = twice(x.detach()) / 2
    return coefficient


def hessian_vector_product(f, x, v):
    slope = torch.func.grad(f)
    return torch.func.jvp(slope, (x.detach(),), (v.detach(),))[1]
