import torch


def sum_of_squares_gradient(x):
    x = x.detach().clone().requires_grad_()
    (x**2).mean().backward()
    return x.grad


def linear_map_gradients(W, x):
    W = W.detach().clone().requires_grad_()
    x = x.detach().clone().requires_grad_()
    (W @ x).sum().backward()
    return x.grad, W.grad


def squared_map_gradients(W, x):
    y = W @ x
    return torch.outer(y, x), W.T @ y


def vector_jacobian_product(x, v):
    x = x.detach().clone().requires_grad_()
    (x**2).backward(v)
    return x.grad


def jacobian(W, x):
    x = x.detach().clone().requires_grad_()
    ((W @ x) ** 2).sum().backward()
    return x.grad
