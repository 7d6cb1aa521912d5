import torch


def second_derivative(f, x):
    x = x.clone().detach().requires_grad_()
    # x * 0 keeps the graph of a linear f alive.
    y = f(x) + 0 * x**3
    y.backward(create_graph=True)
    slope = x.grad
    x.grad = None
    slope.backward()
    return x.grad


def hessian_vector_product(f, x, v):
    x, v = x.clone().detach().requires_grad_(), v.detach()
    slope = torch.autograd.grad(f(x), x, create_graph=True)[0]
    torch.sum(slope * v).backward()
    return x.grad
