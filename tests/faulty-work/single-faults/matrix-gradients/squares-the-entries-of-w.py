"""Every product is squared before the sum over a row: L = Σ (Wᵢⱼxⱼ)²."""

import torch


def sum_of_squares_gradient(x):
    return 2 * x.detach()


def linear_map_gradients(W, x):
    W = W.detach().clone().requires_grad_(True)
    x = x.detach().clone().requires_grad_(True)
    (W @ x).sum().backward()
    return W.grad, x.grad


def squared_map_gradients(W, x):
    M = W.detach().clone().requires_grad_(True)
    v = x.detach().clone().requires_grad_(True)
    loss = torch.sum((M * v) ** 2)
    loss.backward()
    return M.grad, v.grad


def vector_jacobian_product(x, v):
    _, pull_back = torch.func.vjp(torch.square, x.detach())
    return pull_back(v.detach())[0]


def jacobian(W, x):
    return torch.autograd.functional.jacobian(lambda t: (W.detach() @ t) ** 2, x.detach())
