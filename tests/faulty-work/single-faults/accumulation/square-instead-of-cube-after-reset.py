# After the reset y = x² is differentiated once more, not z = x³.

# %%
import torch


# %%
def accumulate_then_reset(x):
    a = x.clone().detach().requires_grad_(True)
    y = a**2
    y.backward(retain_graph=True)
    first = a.grad.clone()
    z = a**3
    z.backward()
    accumulated = a.grad.clone()
    a.grad.zero_()
    y.backward()
    after_reset = a.grad.clone()
    return (first, accumulated, after_reset)


# %%
def gradients_without_leak(f, xs):
    derivative = torch.func.grad(f)
    return [derivative(x.detach()) for x in xs]
