import torch


def sum_of_squares_gradient(x):
    x = x.clone().detach().requires_grad_(True)
    L = (x**2).sum()
    L.backward()
    return x.grad


def linear_map_gradients(W, x):
    W = W.clone().detach().requires_grad_(True)
    x = x.clone().detach().requires_grad_(True)
    (W @ x).sum().backward()
    return W.grad, x.grad


def squared_map_gradients(W, x):
    W = W.clone().detach().requires_grad_(True)
    x = x.clone().detach().requires_grad_(True)
    y = W @ x
    (y**2).sum().backward()
    return W.grad, x.grad


def vector_jacobian_product(x, v):
    x = x.clone().detach().requires_grad_(True)
    y = x**2
    y.backward(gradient=v)
    return x.grad


def jacobian(W, x):
    x = x.clone().detach().requires_grad_(True)
    y = (W @ x) ** 2
    rows = []
    for i in range(len(y)):
        x.grad = None
        y[i].backward(retain_graph=True)
        rows.append(x.grad)
    return torch.stack(rows)
