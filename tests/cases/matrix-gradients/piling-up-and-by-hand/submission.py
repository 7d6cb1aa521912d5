import torch


def sum_of_squares_gradient(x):
    x.requires_grad_()
    (x**2).sum().backward()
    return x.grad


# The gradient of W alone.
def linear_map_gradients(W, x):
    W = W.detach().requires_grad_()
    (W @ x.detach()).sum().backward()
    return W.grad, x.detach().grad


# W where its transpose is needed.
def squared_map_gradients(W, x):
    y = W @ x
    return 2 * torch.outer(y, x), 2 * W @ y


def vector_jacobian_product(x, v):
    return 2 * x * v


def jacobian(W, x):
    x = x.detach().requires_grad_()
    y = (W @ x) ** 2
    rows = []
    for i in range(len(y)):
        y[i].backward(retain_graph=True)
        rows.append(x.grad.clone())
    return torch.stack(rows)
