# dy/db is returned before dy/da.

# %%
import torch


# %%
def square_gradient(x):
    t = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    return torch.autograd.grad(t * t, t)[0].item()


# %%
def cubic_gradients(a, b):
    u = a.detach().clone().requires_grad_(True)
    v = b.detach().clone().requires_grad_(True)
    (u.pow(3) - v.pow(2) + 3).backward()
    return v.grad, u.grad


# %%
def sum_of_squares_gradients(a, b):
    v = torch.stack([a.detach(), b.detach()]).requires_grad_(True)
    v.dot(v).backward()
    return v.grad[0], v.grad[1]
