# %% [markdown]
# # A normalising layer and a recurrent cell, forwards and backwards
#
# Shapes: X and dY (N, D), gamma and beta (D,), h and dH (N, H), Wx (D, H), Wh (H, H), b (H,);
# `eps` is a Python float. Do not change the arguments.

# %%
import torch

# %% [markdown]
# ## 1. Layer normalisation (4 points)
#
# Each *row* of X gets its own mean m and variance v (the mean of the squared deviations). Then
# Y = gamma · (X − m) / sqrt(v + eps) + beta.


# %%
def layer_norm(X, gamma, beta, eps):
    """Return Y, of shape (N, D)."""
    raise NotImplementedError


# %% [markdown]
# ## 2. Backwards (8 points)
#
# dY is the gradient of some loss by Y.


# %%
def layer_norm_backward(X, gamma, beta, eps, dY):
    """Return (dX, dgamma, dbeta), the gradients of that loss; autograd is switched off."""
    raise NotImplementedError


# %% [markdown]
# ## 3. One step of a recurrent cell (3 points)


# %%
def rnn_step(X, h, Wx, Wh, b):
    """Return the next state tanh(X Wx + h Wh + b), of shape (N, H)."""
    raise NotImplementedError


# %% [markdown]
# ## 4. The step backwards (8 points)
#
# dH is the gradient of some loss by the next state.


# %%
def rnn_step_backward(X, h, Wx, Wh, b, dH):
    """Return a dict of that loss's gradients by "X", "h", "Wx", "Wh" and "b", by hand."""
    raise NotImplementedError
