# %%
import torch

# %%
def square_gradient(x):
    x = x.detach().requires_grad_()
    (x**2).backward()
    return x.grad

# %%
def cubic_gradients(a, b):
    a = a.detach().requires_grad_()
    b = b.detach().requires_grad_()
    (a**3 - b**2 + 3).backward()
    return a.grad, -b.grad

# %%
def sum_of_squares_gradients(a, b):
    a = a.detach().requires_grad_()
    b = b.detach().requires_grad_()
    (a**2 + b**2).sqrt().backward()
    return a.grad, b.grad
