import torch

x0 = torch.tensor(2.0, requires_grad=True)
y0 = torch.tensor(3.0, requires_grad=True)


def mixed_quadratic_gradients(x, y):
    (x0**2 + 3 * x0 * y0 + y0**2).backward()
    return x0.grad.clone(), y0.grad.clone()


def weighted_quadratic_gradients(x, y):
    x = x.detach().requires_grad_()
    y = y.detach().requires_grad_()
    (2 * x**2 + x * y + 3 * y**2).backward()
    answer = x.grad, y.grad
    x.grad.zero_()
    y.grad.zero_()
    return answer


def weighted_quadratic_by_hand(x, y):
    f = 2 * x**2 + x * y + 3 * y**2
    f.backward()
    return x.grad, y.grad
