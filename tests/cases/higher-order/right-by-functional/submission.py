import torch


def second_derivative(f, x):
    return torch.autograd.functional.hessian(f, x).item()


def hessian_vector_product(f, x, v):
    value, product = torch.autograd.functional.hvp(f, x, v)
    return product
