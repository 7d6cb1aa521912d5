# %% [markdown]
# # A two-layer net from scratch
#
# A hidden layer with ReLU, then scores for C classes:
#
#     hidden = relu(X W1 + b1)        shape (N, H)
#     scores = hidden W2 + b2         shape (N, C)
#
# No `torch.nn` layers or losses: write ReLU, softmax and cross-entropy with tensor operations.
#
# Shapes: X (N, D), y (N,), W1 (D, H), b1 (H,), W2 (H, C), b2 (C,). y holds integer labels from 0
# to C − 1; `reg` is a Python float. The others have the same floating dtype and may or may not
# require grad. Do not change the values of the arguments.
#
# Scores may be as large as ±1000: neither function may overflow then. Ordinary scores and large
# ones have points of their own.

# %%
import torch

# %% [markdown]
# ## 1. The loss (4 points, and 2 for large scores)
#
# Return, as a scalar, the *mean* over the samples of −log(softmax probability of the right
# class), plus reg · (ΣW1² + ΣW2²), the sums of the squares of all elements. The biases are not
# regularised.


# %%
def two_layer_loss(X, y, W1, b1, W2, b2, reg):
    """Return the mean cross-entropy plus reg times the sums of squares of W1 and W2."""
    raise NotImplementedError


# %% [markdown]
# ## 2. Its gradients (8 points, and 2 for large scores)
#
# Return a dict with exactly the keys "W1", "b1", "W2" and "b2": the gradient of the loss with
# respect to each, in its shape. By hand: this function is called with autograd switched off. (No
# value in front of the ReLU is exactly 0.)


# %%
def two_layer_gradients(X, y, W1, b1, W2, b2, reg):
    """Return the dict of the gradients with respect to W1, b1, W2 and b2, by your own formulas."""
    raise NotImplementedError
