# v is used in the call and multiplied once more.

# %%
import torch


# %%
def sum_of_squares_gradient(x):
    leaf = x.detach().clone().requires_grad_(True)
    (leaf**2).sum().backward()
    return leaf.grad


# %%
def linear_map_gradients(W, x):
    W = W.detach().clone().requires_grad_(True)
    x = x.detach().clone().requires_grad_(True)
    (W @ x).sum().backward()
    return W.grad, x.grad


# %%
def squared_map_gradients(W, x):
    W, x = W.detach(), x.detach()
    y = W @ x
    return 2 * torch.outer(y, x), 2 * W.T @ y


# %%
def vector_jacobian_product(x, v):
    t = x.detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(t.pow(2), t, grad_outputs=v.detach())
    return v.detach() * g


# %%
def jacobian(W, x):
    return torch.autograd.functional.jacobian(lambda t: (W.detach() @ t) ** 2, x.detach())
