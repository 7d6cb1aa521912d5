import torch


def max_learning_rate(X):
    H = 2 * X.t() @ X / X.size(0)
    return 2 / torch.linalg.eigvalsh(H).max().item()


def behaviour(a, lr):
    factor = 1 - 2 * a * lr
    if abs(factor) > 1:
        return "diverging"
    return "monotone" if factor > 0 else "oscillating"
