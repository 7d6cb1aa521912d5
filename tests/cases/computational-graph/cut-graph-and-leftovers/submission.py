import torch


def graph_gradients(x, y, w):
    x = x.detach().requires_grad_()
    y = y.detach().requires_grad_()
    w = w.detach().requires_grad_()
    a = (x + y).detach().requires_grad_()
    (a * w).backward()
    return x.grad, y.grad, w.grad, a.grad


def dynamic_gradient(x, condition):
    x.requires_grad_()
    y = x**2 if condition else x**3
    y.backward()
    return x.grad
