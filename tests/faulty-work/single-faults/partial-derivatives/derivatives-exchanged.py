# dz/dy is returned before dz/dx.

# %%
import torch


# %%
def mixed_quadratic_gradients(x, y):
    t = torch.tensor([float(x), float(y)], dtype=torch.float64, requires_grad=True)
    z = t[0] ** 2 + 3 * t.prod() + t[1] ** 2
    z.backward()
    dy, dx = t.grad.tolist()[::-1]
    return dy, dx


# %%
def weighted_quadratic_gradients(x, y):
    a, b = (t.detach().clone().requires_grad_(True) for t in (x, y))
    f = 2 * a**2 + a * b + 3 * b**2
    return torch.autograd.grad(f, (a, b))


# %%
def weighted_quadratic_by_hand(x, y):
    """df/dx with y fixed, df/dy with x fixed."""
    s, t = float(x), float(y)
    return 4 * s + t, s + 6 * t
