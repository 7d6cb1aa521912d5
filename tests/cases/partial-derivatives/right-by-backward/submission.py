import torch


def mixed_quadratic_gradients(x, y):
    x = x.clone().detach().requires_grad_(True)
    y = y.clone().detach().requires_grad_(True)
    z = x**2 + 3 * x * y + y**2
    z.backward()
    return x.grad, y.grad


def weighted_quadratic_gradients(x, y):
    x = torch.tensor(x.item(), requires_grad=True)
    y = torch.tensor(y.item(), requires_grad=True)
    f = 2 * x**2 + x * y + 3 * y**2
    f.backward()
    return x.grad.item(), y.grad.item()


def weighted_quadratic_by_hand(x, y):
    return (4 * x + y, x + 6 * y)
