# backward runs twice on the same graph, so every gradient is doubled.

# %%
import torch


# %%
def graph_gradients(x, y, w):
    p, q, r = (torch.tensor(float(t), dtype=torch.float64, requires_grad=True) for t in (x, y, w))
    a = p + q
    a.retain_grad()
    z = a * r
    z.backward(retain_graph=True)  # keeps the graph for a look at it
    z.backward()
    return p.grad.item(), q.grad.item(), r.grad.item(), a.grad.item()


# %%
def dynamic_gradient(x, condition):
    power = 2 if condition else 3
    t = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    return torch.autograd.grad(t.pow(power), t)[0].item()
