"""The sum v·J·1 is returned as one number in every entry."""

import torch


def sum_of_squares_gradient(x):
    leaf = x.detach().clone().requires_grad_(True)
    (leaf**2).sum().backward()
    return leaf.grad


def linear_map_gradients(W, x):
    ones = torch.ones(W.shape[0], dtype=W.dtype)
    return torch.outer(ones, x.detach()), W.detach().sum(dim=0)


def squared_map_gradients(W, x):
    W, x = W.detach(), x.detach()
    y = W @ x
    return 2 * torch.outer(y, x), 2 * W.T @ y


def vector_jacobian_product(x, v):
    leaf = x.detach().clone().requires_grad_(True)
    y = leaf * leaf
    (g,) = torch.autograd.grad(y, leaf, grad_outputs=v.detach())
    return g.sum().expand_as(x)


def jacobian(W, x):
    f = lambda t: torch.square(torch.mv(W.detach(), t))
    return torch.func.jacrev(f)(x.detach())
