# %% [markdown]
# # Gradients of vectors and matrices
#
# The gradient of a number with respect to a tensor has the shape of that tensor.
#
# The functions below get tensors of any floating dtype. They may or may not require grad when
# they arrive. Each function is called more
# than once with the same tensors. Leave their values alone, and return the same result every time. Sizes vary, and a size may be 1.

# %%
import torch

# %% [markdown]
# ## 1. A sum of squares (2 points)
#
# L = Σ x², over all entries of x. Return dL/dx. `x` may have any shape; the result has the same.
#
# Example: [1, 2, 3] gives [2, 4, 6].


# %%
def sum_of_squares_gradient(x):
    """Return dL/dx of L = Σ x², in the shape of x."""
    raise NotImplementedError


# %% [markdown]
# ## 2. A linear map (4 points)
#
# L = Σ (W x), the sum of the entries of the vector W x. `W` has shape (m, n), `x` has shape (n,).
# Return the pair (dL/dW, dL/dx).
#
# Example: W = [[1, 2, 3], [4, 5, 6]] and x = [1, 2, 3] give [[1, 2, 3], [1, 2, 3]] and [5, 7, 9].


# %%
def linear_map_gradients(W, x):
    """Return (dL/dW, dL/dx) of L = Σ (W x)."""
    raise NotImplementedError


# %% [markdown]
# ## 3. The map, squared (4 points)
#
# L = Σ (W x)²: the entries of W x are squared one by one, then added. Shapes are as before.
# Return the pair (dL/dW, dL/dx).


# %%
def squared_map_gradients(W, x):
    """Return (dL/dW, dL/dx) of L = Σ (W x)²."""
    raise NotImplementedError


# %% [markdown]
# ## 4. A vector-Jacobian product (3 points)
#
# y = x², elementwise, and J is the matrix of the derivatives ∂yᵢ/∂xⱼ. Return vᵀJ, in the shape
# of x, computed by PyTorch: `y.backward(gradient=v)` or an equivalent call. `x` and `v` have
# shape (n,).
#
# Example: x = [1, 2, 3] and v = [1, 1, 1] give [2, 4, 6].


# %%
def vector_jacobian_product(x, v):
    """Return vᵀJ for y = x², computed by autograd."""
    raise NotImplementedError


# %% [markdown]
# ## 5. A whole Jacobian (3 points)
#
# y = (W x)², elementwise. `W` has shape (m, n), `x` has shape (n,). Return the Jacobian of y with
# respect to x, shape (m, n): one row for each entry of y. Let PyTorch differentiate; any of its
# ways will do.


# %%
def jacobian(W, x):
    """Return the (m, n) matrix ∂yᵢ/∂xⱼ of y = (W x)², computed by autograd."""
    raise NotImplementedError
