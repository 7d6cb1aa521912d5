"""The root of a² + b² is differentiated."""

import torch


def square_gradient(x):
    t = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    return torch.autograd.grad(t * t, t)[0].item()


def cubic_gradients(a, b):
    def y(s, t):
        return s * s * s - t * t + 3

    return torch.func.grad(y, argnums=(0, 1))(a.detach(), b.detach())


def sum_of_squares_gradients(a, b):
    def length(s, t):
        return (s * s + t * t).sqrt()

    return torch.func.grad(length, argnums=(0, 1))(a.detach(), b.detach())
