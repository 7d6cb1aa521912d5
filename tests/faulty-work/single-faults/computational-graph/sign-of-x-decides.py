"""The sign of x decides, the argument condition is ignored."""

import torch


def graph_gradients(x, y, w):
    caught = {}
    p = x.clone().detach().requires_grad_()
    q = y.clone().detach().requires_grad_()
    r = w.clone().detach().requires_grad_()
    node = p + q
    node.register_hook(lambda g: caught.update(a=g))
    (node * r).backward()
    return p.grad, q.grad, r.grad, caught["a"]


def dynamic_gradient(x, condition):
    leaf = x.clone().detach().requires_grad_(True)
    y = torch.where(leaf > 0, leaf**2, leaf**3)
    y.backward()
    return leaf.grad
