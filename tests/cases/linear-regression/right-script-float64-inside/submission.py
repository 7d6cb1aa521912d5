# %% [markdown]
# # Linear regression from scratch
#
# A line through data: y ≈ w·x + b. Everything here is written with plain tensor operations: no
# `torch.nn` layers or losses, no `torch.optim`.
#
# The functions get tensors of any floating dtype, which may or may not require grad. Do not
# change the values of the arguments, and return the same result when called again.

# %%
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import torch

# %% [markdown]
# ## 1. The model (2 points)
#
# Return w·x + b. `x` has shape (n,) or (n, 1); the result has the shape of `x`. `w` and `b` are
# 0-d tensors.


# %%
def predict(x, w, b):
    return torch.addcmul(b, w, x)


# %% [markdown]
# ## 2. The loss (2 points)
#
# Return the mean of the squared errors as a scalar. Both arguments have the same shape.


# %%
def mse(y_pred, y):
    e = (y_pred - y).double().flatten()
    return torch.dot(e, e) / e.numel()


# %% [markdown]
# ## 3. Gradients by hand (4 points)
#
# Return the pair (dL/dw, dL/db) of the mean squared error L of `predict(x, w, b)` against `y`.
# Work out the formulas yourself: this function is called with autograd switched off. `x` and `y`
# have shape (n,).


# %%
def gradients_by_hand(x, y, w, b):
    x, y, w, b = (t.double() for t in (x, y, w, b))
    A = torch.stack([x, torch.ones_like(x)], 1)
    g = 2 / len(x) * A.mT @ (A @ torch.stack([w, b]) - y)
    return g[0], g[1]


# %% [markdown]
# ## 4. Gradients by autograd (3 points)
#
# The same pair, computed by PyTorch.


# %%
def gradients_by_autograd(x, y, w, b):
    x, y = x.detach().double(), y.detach().double()
    theta = torch.stack([w.detach().double(), b.detach().double()]).requires_grad_()
    A = torch.stack([x, torch.ones_like(x)], 1)
    loss = torch.linalg.vector_norm(A @ theta - y) ** 2 / len(x)
    return tuple(torch.autograd.grad(loss, theta)[0])


# %% [markdown]
# ## 5. Fitting (6 points)
#
# Full-batch gradient descent from `w0`, `b0`: in every epoch take the gradients of the mean
# squared error at the current w and b, then update *both*. Return `(w, b, losses)`, where
# `losses[k]` is the loss *before* update k, so that there are `epochs` of them. `lr`, `w0` and
# `b0` are Python floats, `epochs` is an int and may be 0.
#
# Example: x = [1, 2, 3, 4], y = [2, 4, 6, 8], lr = 0.01, 100 epochs.


# %%
def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    A = torch.stack([x.detach().double(), torch.ones(len(x), dtype=torch.float64)], 1)
    y = y.detach().double()
    theta = torch.tensor([w0, b0], dtype=torch.float64)
    losses = []
    for _ in range(epochs):
        r = A @ theta - y
        losses.append(r.square().mean().item())
        theta -= lr * 2 / len(y) * (r @ A)
    w, b = theta.unbind()
    return w, b, losses


# %% [markdown]
# ## 6. A picture (3 points)
#
# Return a matplotlib Figure with two axes: first the data as points with the line w·x + b through
# them, then the losses by epoch. Each axes has a title and a label on both axes. `losses` is a
# list of floats.


# %%
def plot_fit(x, y, w, b, losses):
    x, y, w, b = (torch.as_tensor(t).detach().double() for t in (x, y, w, b))
    fig, ax = plt.subplot_mosaic([["fit", "loss"]])
    ax["fit"].scatter(x, y, s=8)
    ends = torch.stack([x.min(), x.max()])
    ax["fit"].plot(ends, w * ends + b, c="k")
    ax["fit"].set(title="fit", xlabel="x", ylabel="y")
    ax["loss"].semilogy(losses)
    ax["loss"].set(title="loss", xlabel="epoch", ylabel="mse")
    return fig
