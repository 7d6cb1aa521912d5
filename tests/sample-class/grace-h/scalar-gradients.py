"""Scalar gradients with backward()."""

import torch


def leaf(value):
    return value.detach().clone().requires_grad_(True)


def square_gradient(x):
    x = leaf(x)
    y = x**2
    y.backward()
    return x.grad


def cubic_gradients(a, b):
    a, b = leaf(a), leaf(b)
    y = a**3 - b**2 + 3
    y.backward()
    return a.grad, b.grad


def sum_of_squares_gradients(a, b):
    a, b = leaf(a), leaf(b)
    c = a**2 + b**2
    c.backward()
    return [a.grad, b.grad]


if __name__ == "__main__":
    print(square_gradient(torch.tensor(3.0)))
