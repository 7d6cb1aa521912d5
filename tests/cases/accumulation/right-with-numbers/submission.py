# %%
import torch


# %%
def accumulate_then_reset(x):
    leaf = torch.tensor(x.item(), requires_grad=True)
    out = []
    for power, reset in ((2, False), (3, False), (3, True)):
        if reset:
            leaf.grad = None
        (leaf**power).backward()
        out.append(leaf.grad.item())
    return out


# %%
def gradients_without_leak(f, xs):
    return [
        torch.autograd.grad(f(t), t)[0].item() for t in (x.detach().requires_grad_() for x in xs)
    ]
