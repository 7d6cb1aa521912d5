# The gradient is not reset before the third pass.

# %%
import torch


# %%
def accumulate_then_reset(x):
    t = torch.tensor(x.item(), dtype=x.dtype, requires_grad=True)
    out = []
    for power in (2, 3, 3):
        (t**power).backward()
        out.append(t.grad.clone())
    return tuple(out)


# %%
def gradients_without_leak(f, xs):
    leaves = [p.clone().detach().requires_grad_() for p in xs]
    return [torch.autograd.grad(f(p), p)[0] for p in leaves]
