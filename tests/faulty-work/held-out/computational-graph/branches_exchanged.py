"""The two branches are exchanged."""

import torch


def graph_gradients(x, y, w):
    seen = {}
    leaves = {}
    for name, value in dict(x=x, y=y, w=w).items():
        leaves[name] = value.detach().clone()
        leaves[name].requires_grad_(True)
    a = leaves["x"] + leaves["y"]
    a.register_hook(lambda grad: seen.update(a=grad))
    z = torch.mul(a, leaves["w"])
    z.backward()
    return leaves["x"].grad, leaves["y"].grad, leaves["w"].grad, seen["a"]


def dynamic_gradient(x, condition):
    power = 3 if condition else 2
    return torch.func.grad(lambda t: t**power)(x.detach())
