"""dL/dW is filled with ones, x is left out."""

import torch


def sum_of_squares_gradient(x):
    return 2 * x.detach()


def linear_map_gradients(W, x):
    W = W.detach()
    dW = torch.ones_like(W)
    dx = torch.ones(W.shape[0], dtype=W.dtype) @ W
    return dW, dx


def squared_map_gradients(W, x):
    def loss(matrix, vector):
        return torch.einsum("mn,n->m", matrix, vector).square().sum()

    return torch.func.grad(loss, argnums=(0, 1))(W.detach(), x.detach())


def vector_jacobian_product(x, v):
    leaf = x.detach().clone().requires_grad_(True)
    y = leaf**2
    y.backward(gradient=v.detach())
    return leaf.grad


def jacobian(W, x):
    f = lambda t: torch.square(torch.mv(W.detach(), t))
    return torch.func.jacrev(f)(x.detach())
