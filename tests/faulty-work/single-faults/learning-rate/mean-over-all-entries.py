"""The Hessian is divided by all n·d entries instead of by n."""

import torch


def max_learning_rate(X):
    H = 2 * X.T @ X / X.numel()
    return 2 / torch.linalg.eigvalsh(H)[-1].item()


def behaviour(a, lr):
    if lr < 1 / (2 * a):
        return "monotone"
    return "oscillating" if lr < 1 / a else "diverging"
