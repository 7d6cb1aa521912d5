import numpy as np
import torch


def sum_of_squares_gradient(x):
    return 2 * x.detach().numpy()


def linear_map_gradients(W, x):
    W = W.detach().float().requires_grad_()
    x = x.detach().float().requires_grad_()
    return torch.autograd.grad(torch.einsum("ij,j->", W, x), (W, x))


def squared_map_gradients(W, x):
    W, x = W.detach().numpy(), x.detach().numpy()
    dW = np.zeros_like(W)
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            dW[i, j] = 2 * W[i].dot(x) * x[j]
    return dW, 2 * W.T @ W @ x


def vector_jacobian_product(x, v):
    x = torch.tensor(x.tolist(), requires_grad=True)
    v = torch.tensor(v.tolist())
    ((x**2) * v).sum().backward()
    return x.grad


def jacobian(W, x):
    return torch.autograd.functional.jacobian(lambda t: W.mv(t).square(), x)
