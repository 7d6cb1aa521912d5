"""Copy and paste: the leaf for y is made from x."""

import torch


def mixed_quadratic_gradients(x, y):
    x = x.detach().clone().requires_grad_(True)
    y = x.detach().clone().requires_grad_(True)
    z = x**2 + 3 * x * y + y**2
    z.backward()
    return x.grad, y.grad


def weighted_quadratic_gradients(x, y):
    """Quadratic form: f = v . (A v) with A = [[2, 1/2], [1/2, 3]]."""
    v = torch.stack((x.detach(), y.detach())).requires_grad_()
    A = torch.tensor([[2.0, 0.5], [0.5, 3.0]], dtype=v.dtype)
    f = torch.einsum("i,ij,j->", v, A, v)
    (g,) = torch.autograd.grad(f, v)
    return g[0], g[1]


def weighted_quadratic_by_hand(x, y):
    return 4 * x + y, x + 6 * y


print(mixed_quadratic_gradients(torch.tensor(2.0), torch.tensor(3.0)))
