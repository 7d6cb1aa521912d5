import torch


def sum_of_squares_gradient(x):
    """Return dL/dx of L = sum of x squared."""
    pass


def linear_map_gradients(W, x):
    W = W.detach().requires_grad_()
    (W @ x).sum().backward()
    return W.grad, None  # TODO: x


def vector_jacobian_product(x, v):
    todo
