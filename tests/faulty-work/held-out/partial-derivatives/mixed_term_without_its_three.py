# The mixed term has lost its factor 3.

# %%
import torch


# %%
def mixed_quadratic_gradients(x, y):
    x = x.detach().clone().requires_grad_(True)
    y = y.detach().clone().requires_grad_(True)
    z = x**2 + x * y + y**2
    z.backward()
    return x.grad, y.grad


# %%
def weighted_quadratic_gradients(x, y):
    """Quadratic form: f = v . (A v) with A = [[2, 1/2], [1/2, 3]]."""
    v = torch.stack((x.detach(), y.detach())).requires_grad_()
    A = torch.tensor([[2.0, 0.5], [0.5, 3.0]], dtype=v.dtype)
    f = torch.einsum("i,ij,j->", v, A, v)
    (g,) = torch.autograd.grad(f, v)
    return g[0], g[1]


# %%
def weighted_quadratic_by_hand(x, y):
    # d/dx: 2*2x + y + 0,  d/dy: 0 + x + 3*2y
    df_dx = 2 * 2 * x + y
    df_dy = x + 3 * 2 * y
    return (df_dx, df_dy)
