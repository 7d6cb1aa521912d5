# A bracket is set wrongly, so that the 3 multiplies y squared as well.

# %%
import torch


# %%
def mixed_quadratic_gradients(x, y):
    def z(x, y):
        return x * x + 3 * (x * y + y * y)

    return torch.func.grad(z, argnums=(0, 1))(x.detach(), y.detach())


# %%
def weighted_quadratic_gradients(x, y):
    # a fresh leaf for each variable, so nothing is left in x.grad of the caller
    xx = torch.empty_like(x).copy_(x).detach().requires_grad_()
    yy = torch.empty_like(y).copy_(y).detach().requires_grad_()
    f = 2 * xx * xx + xx * yy + 3 * yy * yy
    df_dx = torch.autograd.grad(f, xx, retain_graph=True)[0]
    df_dy = torch.autograd.grad(f, yy)[0]
    return df_dx, df_dy


# %%
def weighted_quadratic_by_hand(x, y):
    return 4 * x + y, x + 6 * y
