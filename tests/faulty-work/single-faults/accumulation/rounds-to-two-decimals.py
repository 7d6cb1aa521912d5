# The three results are rounded to two decimals.

# %%
import torch


# %%
def accumulate_then_reset(x):
    u = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)

    def reading():
        return round(u.grad.item(), 2)

    (u * u).backward()
    first = reading()
    (u**3).backward()
    both = reading()
    u.grad.zero_()
    (u**3).backward()
    return first, both, reading()


# %%
def gradients_without_leak(f, xs):
    result = []
    for x in xs:
        leaf = x.detach().clone().requires_grad_(True)
        f(leaf).backward()
        result.append(leaf.grad)
    return result
