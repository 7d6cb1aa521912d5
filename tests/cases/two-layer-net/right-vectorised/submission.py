import torch


def two_layer_loss(X, y, W1, b1, W2, b2, reg):
    hidden = torch.relu(X @ W1 + b1)
    scores = hidden @ W2 + b2
    logs = torch.log_softmax(scores, dim=1)
    return -logs[torch.arange(len(y)), y].mean() + reg * ((W1**2).sum() + (W2**2).sum())


def two_layer_gradients(X, y, W1, b1, W2, b2, reg):
    n = len(y)
    z = X @ W1 + b1
    hidden = torch.relu(z)
    d = torch.softmax(hidden @ W2 + b2, dim=1)
    d[torch.arange(n), y] -= 1
    d /= n
    grads = {}
    grads["W2"] = hidden.T @ d + 2 * reg * W2
    grads["b2"] = d.sum(0)
    dh = d @ W2.T
    dh[z <= 0] = 0
    grads["W1"] = X.T @ dh + 2 * reg * W1
    grads["b1"] = dh.sum(0)
    return grads
