import torch


def second_derivative(f, x):
    x = x.clone().detach().requires_grad_()
    (slope,) = torch.autograd.grad(f(x), x)
    return torch.autograd.grad(slope, x)[0]


def hessian_vector_product(f, x, v):
    at = x.clone().requires_grad_()
    slope = torch.autograd.grad(f(at), x, create_graph=True)[0]
    return torch.autograd.grad(slope @ v, x)[0]
