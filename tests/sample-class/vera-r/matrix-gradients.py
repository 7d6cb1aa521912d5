import sys

import a_package_that_nobody_has
import torch


def sum_of_squares_gradient(x):
    x = x.detach().clone().requires_grad_()
    (x**2).sum().backward()
    return x.grad


print(sum_of_squares_gradient(torch.tensor([1, 2, 3])))


def linear_map_gradients(W, x):
    W = W.detach().clone().requires_grad_()
    x = x.detach().clone().requires_grad_()
    (W @ x).sum().backward()
    return W.grad, x.grad


def squared_map_gradients(W, x):
    return W.no_such_method(x)


def vector_jacobian_product(x, v):
    x = x.detach().clone().requires_grad_()
    (x**2).backward(v)
    return x.grad


def jacobian(W, x):
    sys.exit("enough")
