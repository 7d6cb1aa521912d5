# retain_grad is missing, so a.grad is None.

# %%



# %%
def graph_gradients(x, y, w):
    leaves = [t.clone().detach().requires_grad_(True) for t in (x, y, w)]
    a = leaves[0] + leaves[1]
    z = a * leaves[2]
    z.backward()
    gradients = [t.grad for t in leaves]
    gradients.append(a.grad)
    return tuple(gradients)


# %%
def dynamic_gradient(x, condition):
    leaf = x.clone().detach().requires_grad_(True)
    y = leaf**2 if condition else leaf**3
    y.backward()
    return leaf.grad
