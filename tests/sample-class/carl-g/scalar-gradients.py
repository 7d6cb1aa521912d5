import torch


def square_gradient(x):
    x = x.detach().requires_grad_()
    y = x**2
    y.backward()
    return y


def cubic_gradients(a, b):
    a = a.detach().requires_grad_()
    b = b.detach().requires_grad_()
    y = a**3 - b**2 + 3
    y.backward()
    return a.grad


def sum_of_squares_gradients(a, b):
    return torch.autograd.grad(a**2 + b**2, (a, b))
