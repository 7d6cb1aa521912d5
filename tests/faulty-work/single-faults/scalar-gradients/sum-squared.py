# (a + b)² is differentiated instead of a² + b².

# %%



# %%
def square_gradient(x):
    leaf = x.detach().clone().requires_grad_(True)
    (leaf**2).backward()
    return leaf.grad


# %%
def cubic_gradients(a, b):
    a = a.detach().clone().requires_grad_(True)
    b = b.detach().clone().requires_grad_(True)
    y = a**3 - b**2 + 3
    y.backward()
    return a.grad, b.grad


# %%
def sum_of_squares_gradients(a, b):
    a = a.detach().clone().requires_grad_(True)
    b = b.detach().clone().requires_grad_(True)
    c = (a + b) ** 2
    c.backward()
    return a.grad, b.grad
