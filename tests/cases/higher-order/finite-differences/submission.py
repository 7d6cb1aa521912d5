import torch


def hessian_vector_product(f, x, v):
    x, v = x.detach().double(), v.detach().double()
    slope = torch.func.grad(f)
    return (slope(x + 1e-7 * v) - slope(x)) / 1e-7


def second_derivative(f, x):
    return hessian_vector_product(f, x, torch.ones_like(x))
