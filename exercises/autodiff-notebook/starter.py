# %% [markdown]
# # Automatic differentiation in one notebook
#
# First two things to try, then four exercises. There is nothing to return: each answer is what a
# cell leaves behind, and it is read right after the cell has run. So you may use `x` and `y` again
# further down.
#
# Write each answer into the cell that says so; more cells in between are fine. Let autograd do the
# work: numbers that are only written down earn a part of the points.

# %%
import matplotlib.pyplot as plt
import torch

# %% [markdown]
# ## To try: a leaf and its gradient
#
# `backward` computes the derivative of a number with respect to every leaf that requires grad, and
# adds it to the leaf's `.grad`.

# %%
x = torch.tensor(4.0, requires_grad=True)
y = 5 * x**2
y.backward()
print("dy/dx at x = 4:", x.grad.item())

# %% [markdown]
# ## To try: what detach does
#
# A detached tensor keeps its value and forgets where it came from. Nothing in the next cell
# requires grad any more, so `backward` raises an exception there. That is meant to happen, and
# costs no points.

# %% tags=["raises-exception"]
x = torch.tensor(4.0, requires_grad=True)
cut = (x**2).detach()
(3 * cut).backward()

# %% [markdown]
# ## Exercise 1: two partial derivatives (4 points)
#
# f(x, y) = 2x² + xy + 3y². Let autograd compute both derivatives at x = 1, y = 2.
#
# The cell leaves them in `x.grad` and `y.grad`, or as `df_dx` and `df_dy`. By hand they are 6 and
# 13.

# %% tags=["exercise-1"]
# Your code here

# %% [markdown]
# ## Exercise 2: gradients that add up (6 points)
#
# Take one leaf x = 3 and print `x.grad` three times:
#
# 1. after y = x² and `backward`,
# 2. after z = x³ and `backward` as well, without a reset in between,
# 3. after a reset to zero, and z = x³ and `backward` once more.
#
# Instead of printing you may leave `first`, `accumulated` and `after_reset`. At the end `x.grad`
# is still the third one.

# %% tags=["exercise-2"]
# Your code here

# %% [markdown]
# ## Exercise 3: gradients of a linear map (4 points)
#
# Make a random matrix `W` of shape (3, 4) and a random vector `x` of shape (4,). With y = W x, let
# L be the sum of the squares of y. Compute the gradients of L with respect to W and x.
#
# The cell leaves `W` and `x`, and the gradients in `W.grad` and `x.grad`, or as `dL_dW` and
# `dL_dx`.

# %% tags=["exercise-3"]
# Your code here

# %% [markdown]
# ## Comprehensive exercise: a line through points of your own (6 points)
#
# Make about 100 points near the line y = 3x + 2, with some noise. Start with `w` and `b` at random,
# and lower the mean squared error of w·x + b by gradient descent with autograd, until w ≈ 3 and
# b ≈ 2. Keep the loss of every step in a list.
#
# The cell leaves `w`, `b` (each a number or a tensor with one number) and `losses`. A picture is
# worth making; it earns no points.

# %% tags=["comprehensive"]
# Your code here
