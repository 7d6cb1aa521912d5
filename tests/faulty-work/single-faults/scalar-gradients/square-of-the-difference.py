# Brackets are set wrong: (a³ − b)² is differentiated.

# %%
import torch


# %%
def square_gradient(x):
    leaf = x.detach().clone().requires_grad_(True)
    (leaf**2).backward()
    return leaf.grad


# %%
def cubic_gradients(a, b):
    p = torch.tensor(float(a), dtype=torch.float64, requires_grad=True)
    q = torch.tensor(float(b), dtype=torch.float64, requires_grad=True)
    y = (p**3 - q) ** 2 + 3
    y.backward()
    return p.grad, q.grad


# %%
def sum_of_squares_gradients(a, b):
    v = torch.stack([a.detach(), b.detach()]).requires_grad_(True)
    v.dot(v).backward()
    return v.grad[0], v.grad[1]
