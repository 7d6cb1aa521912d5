"""The argument itself is the leaf and its grad is never reset, so a second call adds to the first."""

import torch


def square_gradient(x):
    x.requires_grad_(True)
    y = x**2
    y.backward()
    return x.grad


def cubic_gradients(a, b):
    cubic = lambda p, q: p.pow(3) - q.pow(2) + 3
    return torch.func.grad(cubic, argnums=(0, 1))(a.detach(), b.detach())


def sum_of_squares_gradients(a, b):
    a = a.detach().clone().requires_grad_(True)
    b = b.detach().clone().requires_grad_(True)
    c = a**2 + b**2
    c.backward()
    return a.grad, b.grad
