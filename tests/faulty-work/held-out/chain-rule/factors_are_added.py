# The two factors are added instead of multiplied.

# %%
import torch


# %%
def chain_rule_by_hand(x):
    g = x.pow(2) + 1
    dfdg = 3 * g.pow(2)
    dgdx = 2 * x
    return (dfdg, dgdx, dfdg + dgdx)


# %%
def chain_rule_by_autograd(x):
    def g(t):
        return t.square() + 1

    def f(u):
        return u.pow(3)

    leaf = x.clone().detach().requires_grad_()
    return torch.autograd.grad(f(g(leaf)), leaf)[0]
