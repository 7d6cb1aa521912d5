# The branches are swapped: the cube is taken when the condition is true.

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
    t = x.detach().clone().requires_grad_(True)
    if not condition:
        y = t**2
    else:
        y = t**3
    y.backward()
    return t.grad
