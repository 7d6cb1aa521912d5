# The factors of the outer product are exchanged, dL/dW is transposed.

# %%
import torch


# %%
def sum_of_squares_gradient(x):
    return 2 * x.detach()


# %%
def linear_map_gradients(W, x):
    ones = torch.ones(W.shape[0], dtype=W.dtype)
    return torch.outer(ones, x.detach()), W.detach().sum(dim=0)


# %%
def squared_map_gradients(W, x):
    W, x = W.detach(), x.detach()
    y = W.mv(x)
    return 2 * torch.outer(x, y), 2 * W.T.mv(y)


# %%
def vector_jacobian_product(x, v):
    _, pull_back = torch.func.vjp(torch.square, x.detach())
    return pull_back(v.detach())[0]


# %%
def jacobian(W, x):
    leaf = x.detach().clone().requires_grad_(True)
    y = (W.detach() @ leaf) ** 2
    rows = [torch.autograd.grad(entry, leaf, retain_graph=True)[0] for entry in y]
    return torch.stack(rows)
