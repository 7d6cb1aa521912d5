"""The largest eigenvalue is squared."""

import torch


def max_learning_rate(X):
    n = len(X)
    H = 2 / n * X.T.mm(X)
    norm = torch.linalg.matrix_norm(H, ord=2)
    return 2 / norm**2


def behaviour(a, lr):
    if lr < 1 / (2 * a):
        return "monotone"
    return "oscillating" if lr < 1 / a else "diverging"
