import torch


def max_learning_rate(X):
    H = 2 / len(X) * X.T @ X
    return 1 / torch.linalg.eigvalsh(H)[-1]


def behaviour(a, lr):
    if a * lr < 1:
        return "monotone"
    return "oscillating" if a * lr < 2 else "diverging"
