import torch


def graph_gradients(x, y, w):
    x = x.clone().detach().requires_grad_(True)
    y = y.clone().detach().requires_grad_(True)
    w = w.clone().detach().requires_grad_(True)
    a = x + y
    z = a * w
    z.backward()
    return x.grad, y.grad, w.grad, a.grad


def dynamic_gradient(x, condition):
    x = x.clone().detach().requires_grad_(True)
    y = x**2
    if not condition:
        y = x**2
    y.backward()
    return x.grad
