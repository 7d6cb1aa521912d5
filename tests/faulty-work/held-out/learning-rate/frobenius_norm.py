"""The Frobenius norm is used in place of the largest singular value."""

import torch


def max_learning_rate(X):
    return len(X) / torch.linalg.norm(X.detach()).item() ** 2


def behaviour(a, lr):
    factor = 1 - 2 * a * lr
    if factor > 0:
        return "monotone"
    if factor > -1:
        return "oscillating"
    return "diverging"
