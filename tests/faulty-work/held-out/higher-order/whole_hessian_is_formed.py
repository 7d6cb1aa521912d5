"""The whole Hessian is formed, for which there is no room with a large n."""

import torch


def second_derivative(f, x):
    return torch.func.grad(torch.func.grad(f))(x.detach())


def hessian_vector_product(f, x, v):
    H = torch.autograd.functional.hessian(f, x.detach())
    return H @ v.detach()
