"""The gradient comes back flat instead of in the shape of x."""

import torch


def sum_of_squares_gradient(x):
    entries = x.detach().flatten().requires_grad_(True)
    entries.dot(entries).backward()
    return entries.grad


def linear_map_gradients(W, x):
    W = W.detach().clone().requires_grad_(True)
    x = x.detach().clone().requires_grad_(True)
    (W @ x).sum().backward()
    return W.grad, x.grad


def squared_map_gradients(W, x):
    W, x = W.detach(), x.detach()
    y = W @ x
    return 2 * torch.outer(y, x), 2 * W.T @ y


def vector_jacobian_product(x, v):
    leaf = x.detach().clone().requires_grad_(True)
    y = leaf**2
    y.backward(gradient=v.detach())
    return leaf.grad


def jacobian(W, x):
    f = lambda t: torch.square(torch.mv(W.detach(), t))
    return torch.func.jacrev(f)(x.detach())
