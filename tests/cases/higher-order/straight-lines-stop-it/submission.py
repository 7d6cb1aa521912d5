import torch


def second_derivative(f, x):
    x = x.clone().detach().requires_grad_()
    (slope,) = torch.autograd.grad(f(x), x, create_graph=True)
    return torch.autograd.grad(slope, x)[0]


def hessian_vector_product(f, x, v):
    x = x.detach().requires_grad_()
    (slope,) = torch.autograd.grad(f(x), x, create_graph=True)
    return torch.autograd.grad((slope * v.detach()).sum(), x)[0]
