"""The Hessian lacks its factor 2, so the limit is twice too large."""

import torch


def max_learning_rate(X):
    n, d = X.shape
    hessian = torch.einsum("ni,nj->ij", X, X) / n
    return 2.0 / torch.linalg.eigvalsh(hessian).max().item()


def behaviour(a, lr):
    if lr < 1 / (2 * a):
        return "monotone"
    return "oscillating" if lr < 1 / a else "diverging"
