# The norm is differentiated instead of its square.

# %%
import torch


# %%
def sum_of_squares_gradient(x):
    t = x.detach().clone().requires_grad_(True)
    return torch.autograd.grad(t.norm(), t)[0]


# %%
def linear_map_gradients(W, x):
    ones = torch.ones(W.shape[0], dtype=W.dtype)
    return torch.outer(ones, x.detach()), W.detach().sum(dim=0)


# %%
def squared_map_gradients(W, x):
    def loss(matrix, vector):
        return torch.einsum("mn,n->m", matrix, vector).square().sum()

    return torch.func.grad(loss, argnums=(0, 1))(W.detach(), x.detach())


# %%
def vector_jacobian_product(x, v):
    _, pull_back = torch.func.vjp(torch.square, x.detach())
    return pull_back(v.detach())[0]


# %%
def jacobian(W, x):
    return torch.autograd.functional.jacobian(lambda t: (W.detach() @ t) ** 2, x.detach())
