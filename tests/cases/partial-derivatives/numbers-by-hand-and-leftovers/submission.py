def mixed_quadratic_gradients(x, y):
    return 2 * x + 3 * y, 3 * x + 2 * y


def weighted_quadratic_gradients(x, y):
    x.requires_grad_()
    y.requires_grad_()
    (2 * x**2 + x * y + 3 * y**2).backward()
    return x.grad, y.grad


def weighted_quadratic_by_hand(x, y):
    return 4 * x + y, None
