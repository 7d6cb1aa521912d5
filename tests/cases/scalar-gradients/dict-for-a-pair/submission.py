import torch


def cubic_gradients(a, b):
    a, b = (t.detach().clone().requires_grad_() for t in (a, b))
    da, db = torch.autograd.grad(a**3 - b**2 + 3, (a, b))
    return {"a": da, "b": db}


def sum_of_squares_gradients(a, b):
    a, b = (t.detach().clone().requires_grad_() for t in (a, b))
    da, db = torch.autograd.grad(a**2 + b**2, (a, b))
    return {da, db}


def square_gradient(x):
    x = x.detach().clone().requires_grad_()
    (x**2).backward()
    return x.grad.reshape(1, 1)
