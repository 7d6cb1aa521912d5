import torch


def mixed_quadratic_gradients(x, y):
    x = x.detach().requires_grad_()
    y = y.detach().requires_grad_()
    z = x**2 + 3 * x * y.item() + y**2
    z.backward()
    return x.grad, y.grad


def weighted_quadratic_gradients(x, y):
    x = x.detach().requires_grad_()
    y = y.detach().requires_grad_()
    f = 2 * x**2 + x * y + 3 * y**2
    return torch.autograd.grad(f, [y, x])


def weighted_quadratic_by_hand(x, y):
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        y = y.detach().requires_grad_()
        f = 2 * x**2 + x * y + 3 * y**2
        return torch.autograd.grad(f, (x, y))
