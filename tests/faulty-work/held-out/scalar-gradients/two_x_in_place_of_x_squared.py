"""y is 2 times x instead of x squared."""

import torch


def square_gradient(x):
    x = x.detach().clone().requires_grad_(True)
    y = x*2
    y.backward()
    return x.grad


def cubic_gradients(a, b):
    a = a.detach().clone().requires_grad_(True)
    b = b.detach().clone().requires_grad_(True)
    y = a**3 - b**2 + 3
    y.backward()
    return a.grad, b.grad


def sum_of_squares_gradients(a, b):
    a = a.detach().clone().requires_grad_(True)
    b = b.detach().clone().requires_grad_(True)
    c = a**2 + b**2
    c.backward()
    return a.grad, b.grad


print(square_gradient(torch.tensor(3.0)))
