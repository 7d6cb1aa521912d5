"""The derivative of a x squared is taken as a x, without the 2, which moves both borders."""

import torch


def max_learning_rate(X):
    return len(X) / torch.linalg.matrix_norm(X.detach(), ord=2).item() ** 2


def behaviour(a, lr):
    factor = 1 - a * lr
    if factor > 0:
        return "monotone"
    if factor > -1:
        return "oscillating"
    return "diverging"
