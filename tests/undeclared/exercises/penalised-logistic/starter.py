# %% [markdown]
# # Logistic regression with a penalty
#
# Shapes: X (N, D), y (N,) with the classes 0 and 1 as integers, w (D,), b a 0-d tensor; `reg`
# and `lr` are Python floats. Do not change the arguments.

# %%
import torch

# %% [markdown]
# ## 1. The model (2 points)


# %%
def probabilities(X, w, b):
    """Return p = sigmoid(X w + b), of shape (N,)."""
    raise NotImplementedError


# %% [markdown]
# ## 2. The loss (4 points)
#
# L = −mean(y·log p + (1 − y)·log(1 − p)) + reg/2 · Σ w². The bias is not penalised.


# %%
def loss(X, y, w, b, reg):
    """Return L, a 0-d tensor."""
    raise NotImplementedError


# %% [markdown]
# ## 3. Its gradients (6 points)


# %%
def gradients(X, y, w, b, reg):
    """Return {"w": dL/dw, "b": dL/db} by your own formulas; autograd is switched off."""
    raise NotImplementedError


# %% [markdown]
# ## 4. Gradient descent (6 points)
#
# In each step both parameters move against their gradients, lr times as far.


# %%
def train(X, y, w, b, reg, lr, steps):
    """Return (w, b, losses): the parameters after the steps, and L before each of them."""
    raise NotImplementedError


# %% [markdown]
# ## 5. How often is it right? (2 points)


# %%
def accuracy(X, y, w, b):
    """Return the share of the N samples whose class is predicted: 1 where p > 1/2, else 0."""
    raise NotImplementedError
