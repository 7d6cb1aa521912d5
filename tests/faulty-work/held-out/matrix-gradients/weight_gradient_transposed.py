"""dL/dW is returned transposed, with shape (n, m)."""

import torch


def sum_of_squares_gradient(x):
    return 2 * x.detach()


def linear_map_gradients(W, x):
    m = W.shape[0]
    n = W.shape[1]
    dL_dW = torch.zeros(n, m, dtype=W.dtype)
    dL_dx = torch.zeros(n, dtype=W.dtype)
    for i in range(m):
        for j in range(n):
            dL_dW[j, i] = x[j].item()
            dL_dx[j] += W[i, j].item()
    return dL_dW, dL_dx


def squared_map_gradients(W, x):
    W = W.detach().clone().requires_grad_(True)
    x = x.detach().clone().requires_grad_(True)
    L = ((W @ x) ** 2).sum()
    return torch.autograd.grad(L, (W, x))


def vector_jacobian_product(x, v):
    _, pull_back = torch.func.vjp(torch.square, x.detach())
    (result,) = pull_back(v.detach())
    return result


def jacobian(W, x):
    W, x = W.detach(), x.detach()
    return torch.autograd.functional.jacobian(lambda t: (W @ t) ** 2, x)
