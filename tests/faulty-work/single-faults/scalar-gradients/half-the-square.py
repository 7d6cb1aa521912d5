"""x²/2 is differentiated, so the factor 2 is missing."""

import torch


def square_gradient(x):
    leaf = x.clone().detach().requires_grad_(True)
    y = 0.5 * leaf**2
    y.backward()
    return leaf.grad


def cubic_gradients(a, b):
    a = a.detach().clone().requires_grad_(True)
    b = b.detach().clone().requires_grad_(True)
    y = a**3 - b**2 + 3
    y.backward()
    return a.grad, b.grad


def sum_of_squares_gradients(a, b):
    leaves = [t.detach().clone().requires_grad_() for t in (a, b)]
    c = sum(leaf.square() for leaf in leaves)
    return torch.autograd.grad(c, leaves)
