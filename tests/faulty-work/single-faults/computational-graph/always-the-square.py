# The condition is ignored, it is always the square.

# %%
import torch


# %%
def graph_gradients(x, y, w):
    leaves = [torch.tensor(t.item(), dtype=torch.float64, requires_grad=True) for t in (x, y, w)]
    a = leaves[0] + leaves[1]
    z = a * leaves[2]
    return torch.autograd.grad(z, [*leaves, a])


# %%
def dynamic_gradient(x, condition):
    graph = {True: lambda t: t**2, False: lambda t: t**3}
    leaf = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    y = graph[condition is not None](leaf)
    (slope,) = torch.autograd.grad(y, leaf)
    return slope
