# %%
import torch


# %%
def graph_gradients(x, y, w):
    leaves = [torch.tensor(float(t), requires_grad=True) for t in (x, y, w)]
    a = leaves[0] + leaves[1]
    return list(torch.autograd.grad(a * leaves[2], leaves + [a]))


# %%
def dynamic_gradient(x, condition):
    return torch.func.grad(lambda t: t * t if condition else t * t * t)(x).item()
