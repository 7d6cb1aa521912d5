# The weights 2 and 3 are exchanged.

# %%
import torch


# %%
def mixed_quadratic_gradients(x, y):
    def z(s, t):
        return s * s + 3 * s * t + t * t

    return torch.func.grad(z, argnums=(0, 1))(x.detach(), y.detach())


# %%
def weighted_quadratic_gradients(x, y):
    x = x.detach().clone().requires_grad_(True)
    y = y.detach().clone().requires_grad_(True)
    f = 3 * x**2 + x * y + 2 * y**2
    f.backward()
    return x.grad, y.grad


# %%
def weighted_quadratic_by_hand(x, y):
    return 4 * x + y, x + 6 * y
