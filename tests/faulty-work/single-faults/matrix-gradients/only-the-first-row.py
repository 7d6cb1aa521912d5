"""Only the first entry of W x is differentiated."""

import torch


def sum_of_squares_gradient(x):
    leaf = x.detach().clone().requires_grad_(True)
    (leaf**2).sum().backward()
    return leaf.grad


def linear_map_gradients(W, x):
    M, v = (t.detach().clone().requires_grad_(True) for t in (W, x))
    y = M @ v
    y[0].backward()
    return M.grad, v.grad


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
    return torch.autograd.functional.jacobian(lambda t: (W.detach() @ t) ** 2, x.detach())
