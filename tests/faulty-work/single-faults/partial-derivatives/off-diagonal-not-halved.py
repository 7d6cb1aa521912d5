# The matrix of the form has 1 on both sides of the diagonal, so the mixed term counts twice.

# %%
import torch


# %%
def mixed_quadratic_gradients(x, y):
    def z(s, t):
        return s * s + 3 * s * t + t * t

    return torch.func.grad(z, argnums=(0, 1))(x.detach(), y.detach())


# %%
def weighted_quadratic_gradients(x, y):
    A = torch.tensor([[2.0, 1.0], [1.0, 3.0]], dtype=torch.float64)
    p = torch.tensor([x.item(), y.item()], dtype=torch.float64, requires_grad=True)
    f = torch.einsum("i,ij,j->", p, A, p)
    (g,) = torch.autograd.grad(f, p)
    return g[0].item(), g[1].item()


# %%
def weighted_quadratic_by_hand(x, y):
    """df/dx with y fixed, df/dy with x fixed."""
    s, t = float(x), float(y)
    return 4 * s + t, s + 6 * t
