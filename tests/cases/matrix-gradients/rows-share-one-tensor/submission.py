import torch


def sum_of_squares_gradient(x):
    return torch.func.grad(lambda x: (x**2).sum())(x)


def linear_map_gradients(W, x):
    return torch.func.grad(lambda W, x: (W @ x).sum(), argnums=(0, 1))(W, x)


def squared_map_gradients(W, x):
    W = W.clone().detach().requires_grad_()
    x = x.clone().detach().requires_grad_()
    for _ in range(2):
        ((W @ x) ** 2).sum().backward()
    return W.grad, x.grad


def vector_jacobian_product(x, v):
    return torch.func.vjp(lambda x: x**2, x)[1](v)[0]


def jacobian(W, x):
    x = x.clone().detach().requires_grad_()
    rows = []
    for i in range(W.shape[0]):
        y = (W @ x) ** 2
        if x.grad is not None:
            x.grad.zero_()
        y[i].backward()
        rows.append(x.grad)
    return torch.stack(rows)
