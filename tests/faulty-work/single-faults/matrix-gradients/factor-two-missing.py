"""The factor 2 of the square is missing."""

import torch


def sum_of_squares_gradient(x):
    leaf = x.detach().clone().requires_grad_(True)
    (leaf**2).sum().backward()
    return leaf.grad


def linear_map_gradients(W, x):
    W = W.detach().clone().requires_grad_(True)
    x = x.detach().clone().requires_grad_(True)
    (W @ x).sum().backward()
    return W.grad, x.grad


def squared_map_gradients(W, x):
    W, x = W.detach(), x.detach()
    y = torch.einsum("ij,j->i", W, x)
    dW = torch.einsum("i,j->ij", y, x)
    dx = torch.einsum("ij,i->j", W, y)
    return dW, dx


def vector_jacobian_product(x, v):
    leaf = x.detach().clone().requires_grad_(True)
    y = leaf**2
    y.backward(gradient=v.detach())
    return leaf.grad


def jacobian(W, x):
    f = lambda t: torch.square(torch.mv(W.detach(), t))
    return torch.func.jacrev(f)(x.detach())
