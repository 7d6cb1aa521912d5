"""By hand, the factor 2 is lost in the gradient for x."""

import torch


def sum_of_squares_gradient(x):
    x = x.detach().clone().requires_grad_(True)
    L = (x**2).sum()
    L.backward()
    return x.grad


def linear_map_gradients(W, x):
    f = lambda A, u: torch.einsum("ij,j->", A, u)
    return torch.func.grad(f, argnums=(0, 1))(W.detach(), x.detach())


def squared_map_gradients(W, x):
    M, u = W.detach(), x.detach()
    r = M @ u
    return 2 * r[:, None] * u[None, :], M.T @ r


def vector_jacobian_product(x, v):
    x = x.detach().clone().requires_grad_(True)
    y = x**2
    y.backward(gradient=v.detach())
    return x.grad


def jacobian(W, x):
    leaf = x.detach().clone().requires_grad_()
    y = (W.detach() @ leaf) ** 2
    rows = [torch.autograd.grad(yi, leaf, retain_graph=True)[0] for yi in y]
    return torch.stack(rows)
