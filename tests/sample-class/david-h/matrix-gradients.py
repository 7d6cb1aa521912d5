# %%
import torch

# %%
def sum_of_squares_gradient(x):
    return torch.autograd.functional.jacobian(lambda x: (x**2).sum(), x)

# %%
def linear_map_gradients(W, x):
    return torch.autograd.functional.jacobian(lambda W, x: (W @ x).sum(), (W, x))

# %%
def squared_map_gradients(W, x):
    return torch.autograd.functional.jacobian(lambda W, x: (W @ x).sum() ** 2, (W, x))

# %%
def vector_jacobian_product(x, v):
    return torch.autograd.functional.vjp(lambda x: x**2, x, v)

# %%
def jacobian(W, x):
    return torch.autograd.functional.jacobian(lambda x: W @ x, x)
