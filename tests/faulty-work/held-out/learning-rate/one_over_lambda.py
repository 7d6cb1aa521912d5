"""The limit is taken as 1 over the largest eigenvalue of the Hessian instead of 2 over it."""

import torch


def max_learning_rate(X):
    X = X.detach()
    n = X.shape[0]
    H = 2 / n * X.T @ X
    lam = torch.linalg.eigvalsh(H)
    return 1 / lam.max().item()


def behaviour(a, lr):
    factor = 1 - 2 * a * lr
    if factor > 0:
        return "monotone"
    if factor > -1:
        return "oscillating"
    return "diverging"
