# b squared is added instead of subtracted.

# %%
import torch


# %%
def square_gradient(x):
    """dy/dx of y = x^2."""
    with torch.enable_grad():
        leaf = torch.tensor(x.item(), dtype=x.dtype, requires_grad=True)
        y = torch.pow(leaf, 2)
        (slope,) = torch.autograd.grad(y, leaf)
    return slope


# %%
def cubic_gradients(a, b):
    """Both derivatives of y = a^3 - b^2 + 3."""
    leaf_a = a.clone().detach()
    leaf_b = b.clone().detach()
    leaf_a.requires_grad = True
    leaf_b.requires_grad = True
    value = leaf_a * leaf_a * leaf_a + leaf_b * leaf_b + 3
    dy_da, dy_db = torch.autograd.grad(value, [leaf_a, leaf_b])
    return (dy_da, dy_db)


# %%
def sum_of_squares_gradients(a, b):
    v = torch.stack([a.detach(), b.detach()]).requires_grad_()
    (v * v).sum().backward()
    return v.grad[0], v.grad[1]
