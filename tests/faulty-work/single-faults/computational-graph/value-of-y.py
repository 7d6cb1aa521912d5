# y is returned instead of dy/dx.

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
    leaf = x.detach().clone().requires_grad_(True)
    exponent = 3 - int(condition)
    y = leaf**exponent
    y.backward()
    return y.detach()
