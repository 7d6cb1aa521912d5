import numpy as np


def max_learning_rate(X):
    X = X.detach().numpy()
    largest = np.linalg.eigvals(X.T @ X).real.max()
    return len(X) / largest


def behaviour(a, lr):
    if lr < 1 / (2 * a):
        return "monotone"
    elif lr < 1 / a:
        return "oscillating"
    else:
        return "diverging"
