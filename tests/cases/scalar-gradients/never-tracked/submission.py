import torch


def square_gradient(x):
    y = x**2
    y.backward()
    return x.grad


def cubic_gradients(a, b):
    a = a.detach().clone().requires_grad_()
    b = b.detach().clone().requires_grad_()
    y = a**3 - b**2 + 3
    y = torch.tensor(y.item())
    y.backward()
    return a.grad, b.grad


def sum_of_squares_gradients(a, b):
    a, b = int(a), int(b)
    x = torch.tensor([a, b])
    raise ValueError(f"no gradient of {x} yet")
