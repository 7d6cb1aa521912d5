"""The 1 of the right class is never subtracted from the probabilities."""

import torch


def softmax_loss(W, X, y, reg):
    """Loop over the samples, log-sum-exp for each."""
    total = 0.0
    N = X.shape[0]
    for i in range(N):
        s = X[i] @ W
        total = total + torch.logsumexp(s, dim=0) - s[y[i]]
    return total / N + reg * torch.sum(W * W)


def softmax_gradient(W, X, y, reg):
    """Two loops: samples, then classes."""
    N, D = X.shape
    C = W.shape[1]
    dW = torch.zeros(D, C, dtype=W.dtype)
    for i in range(N):
        s = X[i] @ W
        e = torch.exp(s - s.max())
        p = e / e.sum()
        for c in range(C):
            dW[:, c] += p[c] * X[i]
    dW /= N
    dW += 2 * reg * W
    return dW
