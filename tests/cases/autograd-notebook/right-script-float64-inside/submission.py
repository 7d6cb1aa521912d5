# %% [markdown]
# # Autograd in one notebook
#
# Three short exercises and a longer one. There are no functions to write: each answer is a
# variable that a cell leaves behind. The cells to fill in bear a tag, and the text above each
# one says which variables it must leave. They are read right after the cell has run, so you may
# reuse names like `x` further down. Write your code into the given cells (and as many others as
# you like), and leave the tags alone.

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
A = torch.tensor([[2.0, 0.5], [0.5, 3.0]], dtype=torch.float64)
torch.einsum("i,ij,j->", p, A, p).backward()
df_dx, df_dy = p.grad

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
x = torch.tensor(3.0, dtype=torch.float64, requires_grad=True)
(x**2).backward()
first = x.grad * 1
(x**3).backward()
accumulated = x.grad * 1
x.grad *= 0
(x**3).backward()
after_reset = x.grad

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
W = torch.tensor([[1.0, -2.0], [0.5, 3.0], [2.0, 2.0]], dtype=torch.float64)
x = torch.tensor([2.0, -1.0], dtype=torch.float64)
dL_dW, dL_dx = torch.autograd.functional.jacobian(
    lambda W, x: torch.linalg.vector_norm(torch.mv(W, x)) ** 2, (W, x)
)

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
xd, yd = x.double(), y.double()
theta = torch.zeros(2, dtype=torch.float64, requires_grad=True)
A = torch.stack([xd, torch.ones_like(xd)], dim=1)
losses = []
for _ in range(500):
    loss = torch.nn.functional.mse_loss(A @ theta, yd)
    losses.append(loss.item())
    (g,) = torch.autograd.grad(loss, theta)
    theta = (theta - 0.1 * g).detach().requires_grad_()
w, b = theta.detach()
