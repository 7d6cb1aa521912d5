"""The absolute value stands in for the ReLU."""

import torch


def two_layer_loss(X, y, W1, b1, W2, b2, reg):
    hidden = torch.abs(X @ W1 + b1)
    scores = hidden @ W2 + b2
    right = scores[torch.arange(len(y)), y]
    data = (torch.logsumexp(scores, 1) - right).mean()
    return data + reg * ((W1 * W1).sum() + (W2 * W2).sum())


def two_layer_gradients(X, y, W1, b1, W2, b2, reg):
    grads = {"W1": 2 * reg * W1, "b1": 0 * b1, "W2": 2 * reg * W2, "b2": 0 * b2}
    n = X.shape[0]
    for x, label in zip(X, y.tolist()):
        z = x @ W1 + b1
        h = z * (z > 0)
        s = h @ W2 + b2
        p = torch.exp(s - s.max())
        p = p / p.sum()
        p[label] -= 1
        dz = (W2 @ p) * (z > 0)
        grads["W2"] = grads["W2"] + torch.outer(h, p) / n
        grads["b2"] = grads["b2"] + p / n
        grads["W1"] = grads["W1"] + torch.outer(x, dz) / n
        grads["b1"] = grads["b1"] + dz / n
    return grads
