import torch


def stop_gradient(x):
    x = x.detach().requires_grad_()
    z = x**2 * x**2
    z.backward()
    return x.grad


# Tracked only where x happens to require grad.
def tracking_flags(x):
    y = x**2
    with torch.no_grad():
        z = x**2
    return y.requires_grad, z.requires_grad


def sgd_(params, lr):
    for p in params:
        p = p - lr * p.grad
        p.grad = None
