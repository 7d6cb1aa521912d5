"""The gradient is multiplied by x instead of v before the second differentiation."""

import torch


def second_derivative(f, x):
    t = x.detach().clone().requires_grad_()
    # t * 0 keeps the graph alive when f is linear
    y = f(t) + 0 * t**3
    y.backward(create_graph=True)
    slope = t.grad
    t.grad = None
    slope.backward()
    return t.grad.detach()


def hessian_vector_product(f, x, v):
    x = x.detach().clone().requires_grad_(True)
    v = v.detach()
    (g,) = torch.autograd.grad(f(x), x, create_graph=True)
    (hv,) = torch.autograd.grad(g @ x, x)
    return hv
