import torch


def two_layer_loss(X, y, W1, b1, W2, b2, reg):
    logs = torch.log_softmax(torch.relu(X @ W1 + b1) @ W2 + b2, 1)
    squares = sum((t**2).sum() for t in (W1, b1, W2, b2))
    return -logs[torch.arange(len(y)), y].mean() + reg * squares


def two_layer_gradients(X, y, W1, b1, W2, b2, reg):
    hidden = torch.relu(X @ W1 + b1)
    d = torch.softmax(hidden @ W2 + b2, 1)
    d[torch.arange(len(y)), y] -= 1
    d /= len(y)
    back = (d @ W2.T) * (hidden > 0)
    return {"W1": X.T @ back + 2 * reg * W1, "b1": back.mean(0), "W2": hidden.T @ d + reg * W2}
