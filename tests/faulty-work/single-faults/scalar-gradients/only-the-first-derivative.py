"""Only dy/da is returned."""

import torch


def square_gradient(x):
    t = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    return torch.autograd.grad(t * t, t)[0].item()


def cubic_gradients(a, b):
    leaf = a.detach().clone().requires_grad_(True)
    y = leaf**3 - b.detach() ** 2 + 3
    y.backward()
    return leaf.grad


def sum_of_squares_gradients(a, b):
    leaves = [t.detach().clone().requires_grad_() for t in (a, b)]
    c = sum(leaf.square() for leaf in leaves)
    return torch.autograd.grad(c, leaves)
