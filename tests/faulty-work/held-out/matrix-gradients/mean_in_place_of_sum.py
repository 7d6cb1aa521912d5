# The mean of the squares is differentiated instead of their sum.

# %%
import torch


# %%
def sum_of_squares_gradient(x):
    x = x.detach().clone().requires_grad_(True)
    L = (x**2).mean()
    L.backward()
    return x.grad


# %%
def linear_map_gradients(W, x):
    W = W.detach().clone().requires_grad_(True)
    x = x.detach().clone().requires_grad_(True)
    L = (W @ x).sum()
    L.backward()
    return W.grad, x.grad


# %%
def squared_map_gradients(W, x):
    W = W.detach().clone().requires_grad_(True)
    x = x.detach().clone().requires_grad_(True)
    L = ((W @ x) ** 2).sum()
    return torch.autograd.grad(L, (W, x))


# %%
def vector_jacobian_product(x, v):
    x = x.detach().clone().requires_grad_(True)
    y = x**2
    y.backward(gradient=v.detach())
    return x.grad


# %%
def jacobian(W, x):
    W, x = W.detach(), x.detach()
    return torch.autograd.functional.jacobian(lambda t: (W @ t) ** 2, x)
