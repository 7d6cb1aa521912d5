"""c is the square of the sum instead of the sum of the squares."""

import torch


def square_gradient(x):
    """dy/dx of y = x^2."""
    with torch.enable_grad():
        leaf = torch.tensor(x.item(), dtype=x.dtype, requires_grad=True)
        y = torch.pow(leaf, 2)
        (slope,) = torch.autograd.grad(y, leaf)
    return slope


def cubic_gradients(a, b):
    """Both derivatives of y = a^3 - b^2 + 3."""
    leaf_a = a.clone().detach()
    leaf_b = b.clone().detach()
    leaf_a.requires_grad = True
    leaf_b.requires_grad = True
    value = leaf_a * leaf_a * leaf_a - leaf_b * leaf_b + 3
    dy_da, dy_db = torch.autograd.grad(value, [leaf_a, leaf_b])
    return (dy_da, dy_db)


def sum_of_squares_gradients(a, b):
    """Both derivatives of c = a^2 + b^2."""

    def c(first, second):
        return torch.square(first + second)

    leaves = [t.detach().clone().requires_grad_() for t in (a, b)]
    return torch.autograd.grad(c(*leaves), leaves)
