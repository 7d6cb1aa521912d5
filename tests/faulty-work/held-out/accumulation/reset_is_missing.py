# The reset before the third pass is missing.

# %%
import torch


# %%
def accumulate_then_reset(x):
    t = torch.tensor(x.item(), dtype=x.dtype, requires_grad=True)

    def go(fn):
        fn(t).backward()
        return float(t.grad)

    first = go(torch.square)
    accumulated = go(lambda u: u * u * u)
    after = go(lambda u: u * u * u)
    return first, accumulated, after


# %%
def gradients_without_leak(f, xs):
    def one(x):
        leaf = x.detach().clone().requires_grad_()
        return torch.autograd.grad(f(leaf), leaf)[0]

    return [one(x) for x in xs]
