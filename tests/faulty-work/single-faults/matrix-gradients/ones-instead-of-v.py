# A vector of ones is passed in place of v.

# %%
import torch


# %%
def sum_of_squares_gradient(x):
    leaf = x.detach().clone().requires_grad_(True)
    (leaf**2).sum().backward()
    return leaf.grad


# %%
def linear_map_gradients(W, x):
    ones = torch.ones(W.shape[0], dtype=W.dtype)
    return torch.outer(ones, x.detach()), W.detach().sum(dim=0)


# %%
def squared_map_gradients(W, x):
    W, x = W.detach(), x.detach()
    y = W @ x
    return 2 * torch.outer(y, x), 2 * W.T @ y


# %%
def vector_jacobian_product(x, v):
    leaf = x.detach().clone().requires_grad_(True)
    y = leaf**2
    y.backward(gradient=torch.ones_like(y))
    return leaf.grad


# %%
def jacobian(W, x):
    return torch.autograd.functional.jacobian(lambda t: (W.detach() @ t) ** 2, x.detach())
