import torch
from torch.func import grad, jvp


def second_derivative(f, x):
    return grad(grad(f))(x)


def hessian_vector_product(f, x, v):
    return jvp(grad(f), (x,), (v,))[1]
