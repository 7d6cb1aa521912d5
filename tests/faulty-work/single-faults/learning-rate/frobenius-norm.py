"""The Frobenius norm of the Hessian stands for the spectral norm."""

import torch


def max_learning_rate(X):
    H = 2 * X.T @ X / X.size(0)
    return 2 / torch.norm(H)


def behaviour(a, lr):
    if lr < 1 / (2 * a):
        return "monotone"
    return "oscillating" if lr < 1 / a else "diverging"
