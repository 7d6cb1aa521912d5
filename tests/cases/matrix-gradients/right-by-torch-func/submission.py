# %%
import torch
from torch.func import grad, jacrev, vjp


# %%
def sum_of_squares_gradient(x):
    return grad(lambda t: t.pow(2).sum())(x)


# %%
def linear_map_gradients(W, x):
    return list(grad(lambda W, x: torch.mv(W, x).sum(), argnums=(0, 1))(W, x))


# %%
def squared_map_gradients(W, x):
    return grad(lambda W, x: torch.dot(W @ x, W @ x), argnums=(0, 1))(W, x)


# %%
def vector_jacobian_product(x, v):
    _, pull_back = vjp(lambda t: t * t, x)
    return pull_back(v)[0]


# %%
def jacobian(W, x):
    return jacrev(lambda t: (W @ t) ** 2)(x)
