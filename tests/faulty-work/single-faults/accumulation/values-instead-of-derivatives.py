# The values f(x) are returned instead of the derivatives.

# %%
import torch


# %%
def accumulate_then_reset(x):
    """Three looks at the same gradient."""
    v = x.detach().clone()
    v.requires_grad = True

    def look(power, reset=False):
        if reset:
            v.grad = torch.zeros_like(v)
        v.pow(power).backward()
        return v.grad.detach().clone()

    return look(2), look(3), look(3, reset=True)


# %%
def gradients_without_leak(f, xs):
    answers = []
    for x in xs:
        leaf = x.detach().clone().requires_grad_(True)
        y = f(leaf)
        y.backward()
        answers.append(y.detach())
        leaf.grad = None
    return answers
