import torch


def sum_of_squares_gradient(x):
    t = torch.nn.Parameter(x.detach().clone())
    torch.linalg.vector_norm(t).pow(2).backward()
    return t.grad


def linear_map_gradients(W, x):
    return torch.outer(torch.ones(W.shape[0], dtype=x.dtype), x), W.sum(dim=0)


def squared_map_gradients(W, x):
    x = x.unsqueeze(1)
    y = W @ x
    return [2 * y @ x.T, (2 * W.T @ y).squeeze(1)]


def vector_jacobian_product(x, v):
    x = x.detach().requires_grad_()
    return torch.autograd.grad(x**2, x, grad_outputs=v)[0]


def jacobian(W, x):
    W, x = W.detach(), x.detach().requires_grad_()
    y = (W @ x).pow(2)
    J = torch.zeros_like(W)
    for i, unit in enumerate(torch.eye(len(y), dtype=y.dtype)):
        (J[i],) = torch.autograd.grad(y, x, unit, retain_graph=True)
    return J
