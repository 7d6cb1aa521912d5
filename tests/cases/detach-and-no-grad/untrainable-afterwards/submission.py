import torch


def stop_gradient(x):
    with torch.no_grad():
        y = x**2
    return y * y


def tracking_flags(x):
    return torch.tensor(True), torch.tensor(False)


def sgd_(params, lr):
    for p in params:
        p.requires_grad = False
        p -= lr * p.grad
        p.grad = None
