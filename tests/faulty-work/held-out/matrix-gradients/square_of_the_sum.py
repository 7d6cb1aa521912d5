# The entries of W x are added first and the sum is squared.

# %%
import torch


# %%
def sum_of_squares_gradient(x):
    x = x.detach().clone().requires_grad_(True)
    L = (x**2).sum()
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
    L = (W @ x).sum() ** 2
    return torch.autograd.grad(L, (W, x))


# %%
def vector_jacobian_product(x, v):
    _, pull_back = torch.func.vjp(torch.square, x.detach())
    (result,) = pull_back(v.detach())
    return result


# %%
def jacobian(W, x):
    W, x = W.detach(), x.detach()
    return torch.autograd.functional.jacobian(lambda t: (W @ t) ** 2, x)
