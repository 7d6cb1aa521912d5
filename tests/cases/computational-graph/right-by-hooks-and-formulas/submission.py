import torch


def graph_gradients(x, y, w):
    seen = {}
    with torch.enable_grad():
        x = torch.nn.Parameter(x.detach().clone())
        y = torch.nn.Parameter(y.detach().clone())
        w = torch.nn.Parameter(w.detach().clone())
        a = torch.add(x, y)
        a.register_hook(lambda g: seen.update(a=g.clone()))
        torch.mul(a, w).backward()
    return (x.grad, y.grad, w.grad, seen["a"])


def dynamic_gradient(x, condition):
    return torch.where(torch.tensor(condition), 2 * x, 3 * x**2)
