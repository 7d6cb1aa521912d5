# Learning rate and epochs are too small together: after ten steps of 0.001 the line is far away.

# %% [markdown]
# # Autograd in one notebook
#
# Three short exercises and a longer one. There are no functions to write: each answer is a
# variable that a cell leaves behind. The cells to fill in bear a tag, and the text above each
# one says which variables it must leave. They are read right after the cell has run, so you may
# reuse names like `x` further down. Write your code into the given cells (and as many others as
# you like), and leave the tags alone.
#
# Where autograd is asked for it has to do the work: in the tagged cell, or in a cell between it
# and the tagged one before. A number that is only written down earns a quarter of the points.

# %%
import torch

# %% [markdown]
# ## 1. Partial derivatives (4 points)
#
# f(x, y) = 2x² + xy + 3y². Compute both partial derivatives at x = 1, y = 2 by autograd.
#
# Leave behind, as numbers or 0-d tensors:
#
# - `df_dx`, the derivative with respect to x (6, if all goes well),
# - `df_dy`, the derivative with respect to y (13).

# %% tags=["partial-derivatives"]
p = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
value = 2 * p[0] ** 2 + p[0] * p[1] + 3 * p[1] ** 2
(slopes,) = torch.autograd.grad(value, p)
df_dx, df_dy = slopes.tolist()

# %% [markdown]
# ## 2. Accumulation (6 points)
#
# Make one leaf x = 3 that requires grad. `backward` adds to its gradient; look at it three times.
#
# Leave behind, as numbers or 0-d tensors:
#
# - `first`, the gradient after y = x² and `backward` (6),
# - `accumulated`, the gradient after z = x³ and `backward` as well, without a reset (33),
# - `after_reset`, the gradient after a reset to zero and once more z = x³ and `backward` (27).
#
# All three are read at the end of the cell.

# %% tags=["accumulation"]
x = torch.tensor(3.0, requires_grad=True)

y = x**2
y.backward()
first = x.grad.item()

z = x**3
z.backward()
accumulated = x.grad.item()

x.grad.zero_()
z = x**3
z.backward()
after_reset = x.grad.item()

# %% [markdown]
# ## 3. A matrix and a vector (4 points)
#
# Choose a matrix `W` of shape (m, n) and a vector `x` of shape (n,) with numbers of your own, not
# all of them zero. L = Σ (W x)²: the entries of W x are squared, then added.
#
# Leave behind:
#
# - `W` and `x`, with the values that you have used,
# - `dL_dW`, the gradient of L with respect to W, shape (m, n),
# - `dL_dx`, the gradient of L with respect to x, shape (n,).

# %% tags=["matrix-gradients"]
W = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True)
x = torch.tensor([1.0, -1.0, 2.0], requires_grad=True)
L = ((W @ x) ** 2).sum()
L.backward()
dL_dW = W.grad
dL_dx = x.grad

# %% [markdown]
# ## 4. A line through noisy data (6 points)
#
# The next cell makes 100 points near the line y = 3x + 2.

# %%
torch.manual_seed(0)
x = torch.randn(100)
y = 3 * x + 2 + 0.5 * torch.randn(100)

# %% [markdown]
# Find the line again: start with w and b at zero or at random, and lower the mean squared error
# of w·x + b by gradient descent with autograd. Choose the learning rate and the number of epochs
# so that it gets there.
#
# Leave behind:
#
# - `w`, close to 3, and `b`, close to 2, each as a number or a tensor with one number,
# - `losses`, a list with the loss of every epoch; it should fall.

# %% tags=["training"]
w = torch.randn((), requires_grad=True)
b = torch.randn((), requires_grad=True)
losses = []
for step in range(10):
    residual = y - (b + w * x)
    mse = residual.dot(residual) / len(x)
    dw, db = torch.autograd.grad(mse, [w, b])
    losses.append(float(mse))
    w = (w - 0.001 * dw).detach().requires_grad_()
    b = (b - 0.001 * db).detach().requires_grad_()
