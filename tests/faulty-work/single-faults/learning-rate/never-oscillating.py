"""Only the size of the factor is looked at, so oscillation is never named."""

import torch


def max_learning_rate(X):
    sigma = torch.linalg.svdvals(X.detach().double())[0]
    return (len(X) / sigma**2).item()


def behaviour(a, lr):
    x = 1.0
    for _ in range(3):
        x = x - lr * 2 * a * x
    return "monotone" if abs(x) < 1 else "diverging"
