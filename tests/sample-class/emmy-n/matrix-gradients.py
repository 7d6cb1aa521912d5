# %%
import torch
from torch.func import grad, jacrev, vjp

# %%
def sum_of_squares_gradient(x):
    return grad(lambda x: (x**2).sum())(x)

# %%
def linear_map_gradients(W, x):
    return grad(lambda W, x: (W @ x).sum(), argnums=(0, 1))(W, x)

# %%
def squared_map_gradients(W, x):
    return grad(lambda W, x: ((W @ x) ** 2).sum(), argnums=(0, 1))(W, x)

# %%
def vector_jacobian_product(x, v):
    _, pull_back = vjp(lambda x: x**2, x)
    (product,) = pull_back(v)
    return product

# %%
def jacobian(W, x):
    return jacrev(lambda x: (W @ x) ** 2)(x)
