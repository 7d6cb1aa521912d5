# df/dx is only the outer derivative: the inner factor 2x is lost in the product.

# %%
import torch


# %%
def chain_rule_by_hand(x):
    outer = lambda g: 3 * g * g
    inner = lambda t: t + t
    g = x * x + 1
    return outer(g), inner(x), outer(g)


# %%
def chain_rule_by_autograd(x):
    def g(t):
        return t.square() + 1

    def f(u):
        return u.pow(3)

    leaf = x.clone().detach().requires_grad_()
    return torch.autograd.grad(f(g(leaf)), leaf)[0]
