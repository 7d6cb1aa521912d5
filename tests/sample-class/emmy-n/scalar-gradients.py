# %% [markdown]
# # Scalar gradients with torch.func

# %%
import torch
from torch.func import grad

# %%
square_gradient = grad(lambda x: x**2)

# %%
def cubic_gradients(a, b):
    return grad(lambda a, b: a**3 - b**2 + 3, argnums=(0, 1))(a, b)

# %%
def sum_of_squares_gradients(a, b):
    return grad(lambda a, b: a**2 + b**2, argnums=(0, 1))(a, b)
