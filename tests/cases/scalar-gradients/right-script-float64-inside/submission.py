# %% [markdown]
# # Scalar gradients by autograd
#
# Each function below gets 0-d tensors of any floating dtype. They may or may not require grad
# when they arrive, and they are called more than once with the same tensors: leave their values
# alone and return the same result every time.
#
# Let PyTorch differentiate: `backward`, `torch.autograd.grad` and `torch.func` all count.

# %%
import torch

# %% [markdown]
# ## 1. One variable (3 points)
#
# y = x². Return dy/dx.
#
# Example: x = 3 gives 6.


# %%
def square_gradient(x):
    x = x.detach().to(torch.float64, copy=True).requires_grad_()
    return torch.autograd.functional.jacobian(torch.square, x)


# %% [markdown]
# ## 2. Two variables (4 points)
#
# y = a³ − b² + 3. Return the pair (dy/da, dy/db).
#
# Example: a = 5, b = 6 gives (75, −12).


# %%
def cubic_gradients(a, b):
    leaves = {
        k: v.detach().to(torch.float64, copy=True).requires_grad_() for k, v in zip("ab", (a, b))
    }
    y = leaves["a"].pow(3) - leaves["b"].square() + 3
    y.backward()
    return tuple(v.grad for v in leaves.values())


# %% [markdown]
# ## 3. Two squares (3 points)
#
# c = a² + b². Return the pair (dc/da, dc/db).
#
# Example: a = 2, b = 3 gives (4, 6).


# %%
def sum_of_squares_gradients(a, b):
    p = torch.stack([a, b]).detach().double().requires_grad_()
    torch.dot(p, p).backward()
    return p.grad[0], p.grad[1]
