import torch


def max_learning_rate(X):
    if X.shape[0] < X.shape[1]:
        raise ValueError("needs more rows than columns")
    return 2 / torch.linalg.eigvalsh(2 / len(X) * X.T @ X)[-1]


def behaviour(a, lr):
    if lr < 0.5:
        return "monotone"
    return "oscillating" if lr < 1 else "diverging"
