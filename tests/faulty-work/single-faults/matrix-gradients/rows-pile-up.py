"""The gradient is not reset between the rows, so each row contains those above."""

import torch


def sum_of_squares_gradient(x):
    return 2 * x.detach()


def linear_map_gradients(W, x):
    ones = torch.ones(W.shape[0], dtype=W.dtype)
    return torch.outer(ones, x.detach()), W.detach().sum(dim=0)


def squared_map_gradients(W, x):
    def loss(matrix, vector):
        return torch.einsum("mn,n->m", matrix, vector).square().sum()

    return torch.func.grad(loss, argnums=(0, 1))(W.detach(), x.detach())


def vector_jacobian_product(x, v):
    _, pull_back = torch.func.vjp(torch.square, x.detach())
    return pull_back(v.detach())[0]


def jacobian(W, x):
    leaf = x.detach().clone().requires_grad_(True)
    y = torch.square(W.detach() @ leaf)
    J = torch.zeros(W.shape, dtype=W.dtype)
    for i in range(y.shape[0]):
        y[i].backward(retain_graph=True)
        J[i] = leaf.grad
    return J
