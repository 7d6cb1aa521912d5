# The exponent does not come down as a factor: x and x² instead of 2x and 3x².

# %%



# %%
def graph_gradients(x, y, w):
    x, y, w = (t.detach().clone().requires_grad_(True) for t in (x, y, w))
    a = x + y
    a.retain_grad()
    z = a * w
    z.backward()
    return x.grad, y.grad, w.grad, a.grad


# %%
def dynamic_gradient(x, condition):
    """Power rule: y = x^n has the slope x^(n-1)."""
    n = 2 if condition else 3
    return x.detach() ** (n - 1)
