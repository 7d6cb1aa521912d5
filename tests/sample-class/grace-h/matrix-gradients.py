import torch


def _leaf(t):
    return t.detach().clone().requires_grad_(True)


def sum_of_squares_gradient(x):
    x = _leaf(x)
    torch.sum(x * x).backward()
    return x.grad


def linear_map_gradients(W, x):
    W, x = _leaf(W), _leaf(x)
    torch.mv(W, x).sum().backward()
    return W.grad, x.grad


def squared_map_gradients(W, x):
    W, x = _leaf(W), _leaf(x)
    torch.mv(W, x).square().sum().backward()
    return W.grad, x.grad


def vector_jacobian_product(x, v):
    x = _leaf(x)
    y = x**2
    y.backward(gradient=v)
    return x.grad


def jacobian(W, x):
    rows = []
    for i in range(W.shape[0]):
        leaf = _leaf(x)
        ((W @ leaf) ** 2)[i].backward()
        rows.append(leaf.grad)
    return torch.stack(rows)
