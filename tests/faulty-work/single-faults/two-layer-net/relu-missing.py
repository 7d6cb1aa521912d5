"""The ReLU is missing, the hidden layer stays linear."""

import torch


def two_layer_loss(X, y, W1, b1, W2, b2, reg):
    hidden = X @ W1 + b1
    scores = hidden @ W2 + b2
    log_p = scores - torch.logsumexp(scores, dim=1, keepdim=True)
    return -log_p[torch.arange(len(y)), y].mean() + reg * (W1.square().sum() + W2.square().sum())


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
