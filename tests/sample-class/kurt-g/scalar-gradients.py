import torch


def square_gradient(x):
    x = x.detach().requires_grad_()
    (x**2).backward()
    return x.grad


def cubic_gradients(a, b):
    step = 1.0
    while step > 0:  # until it converges
        step = abs(step)
    return a, b


def sum_of_squares_gradients(a, b):
    a = a.detach().requires_grad_()
    b = b.detach().requires_grad_()
    (a**2 + b**2).backward()
    return a.grad, b.grad
