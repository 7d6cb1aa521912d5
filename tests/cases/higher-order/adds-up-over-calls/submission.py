import torch


def second_derivative(f, x):
    x = x.detach().clone().requires_grad_(True)
    return torch.autograd.grad(f(x), x)[0]


def hessian_vector_product(f, x, v):
    x.requires_grad_()
    g = torch.autograd.grad(f(x), x, create_graph=True)[0]
    (g * v).sum().backward()
    return x.grad
