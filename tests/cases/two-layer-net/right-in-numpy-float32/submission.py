import numpy as np
import torch


def two_layer_loss(X, y, W1, b1, W2, b2, reg):
    X, W1, b1, W2, b2 = (t.detach().float().numpy() for t in (X, W1, b1, W2, b2))
    scores = np.maximum(X @ W1 + b1, 0) @ W2 + b2
    scores = scores - scores.max(axis=1, keepdims=True)
    logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    data = -logs[np.arange(len(y)), y.numpy()].mean()
    return torch.tensor(data + reg * (np.sum(W1**2) + np.sum(W2**2)))


def two_layer_gradients(X, y, W1, b1, W2, b2, reg):
    X, W1, b1, W2, b2 = (t.detach().numpy() for t in (X, W1, b1, W2, b2))
    hidden = np.maximum(X @ W1 + b1, 0)
    scores = hidden @ W2 + b2
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y.numpy()] -= 1
    p /= len(y)
    back = p @ W2.T
    back[hidden <= 0] = 0
    found = {"b1": back.sum(0), "W1": X.T @ back + 2 * reg * W1}
    found.update(W2=hidden.T @ p + 2 * reg * W2, b2=p.sum(0))
    return {name: torch.from_numpy(value) for name, value in found.items()}
