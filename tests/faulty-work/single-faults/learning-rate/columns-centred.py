"""The columns are centred first."""

import torch


def max_learning_rate(X):
    centred = X - X.mean(dim=0)
    H = 2 * centred.T @ centred / X.shape[0]
    return 2 / torch.linalg.eigvalsh(H).max().item()


def behaviour(a, lr):
    factor = 1 - 2 * a * lr
    if factor > 0:
        return "monotone"
    if factor > -1:
        return "oscillating"
    return "diverging"
