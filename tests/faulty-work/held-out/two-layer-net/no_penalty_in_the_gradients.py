"""The gradients for W1 and W2 lack the penalty altogether."""

import torch


def two_layer_loss(X, y, W1, b1, W2, b2, reg):
    total = 0
    for xi, yi in zip(X, y):
        z = xi @ W1 + b1
        h = torch.where(z > 0, z, torch.zeros_like(z))
        s = h @ W2 + b2
        total = total + (torch.logsumexp(s, 0) - s[yi])
    penalty = torch.sum(W1 * W1) + torch.sum(W2 * W2)
    return total / len(X) + reg * penalty


def two_layer_gradients(X, y, W1, b1, W2, b2, reg):
    """Sample by sample, as in the lecture."""
    gW1, gb1 = torch.zeros_like(W1), torch.zeros_like(b1)
    gW2, gb2 = torch.zeros_like(W2), torch.zeros_like(b2)
    n = len(X)
    for i in range(n):
        z = X[i] @ W1 + b1
        gate = (z > 0).to(z.dtype)
        h = z * gate
        s = h @ W2 + b2
        e = torch.exp(s - s.max())
        p = e / e.sum()
        p[y[i]] -= 1.0
        gW2 += torch.outer(h, p)
        gb2 += p
        back = (W2 @ p) * gate
        gW1 += torch.outer(X[i], back)
        gb1 += back
    grads = {}
    grads["W1"] = gW1 / n
    grads["b1"] = gb1 / n
    grads["W2"] = gW2 / n
    grads["b2"] = gb2 / n
    return grads
