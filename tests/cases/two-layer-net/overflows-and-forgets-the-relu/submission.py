import torch


def two_layer_loss(X, y, W1, b1, W2, b2, reg):
    e = torch.exp(torch.relu(X @ W1 + b1) @ W2 + b2)
    p = e / e.sum(1, keepdim=True)
    return -p[torch.arange(len(y)), y].log().mean() + reg * ((W1**2).sum() + (W2**2).sum())


def two_layer_gradients(X, y, W1, b1, W2, b2, reg):
    hidden = torch.relu(X @ W1 + b1)
    d = torch.softmax(hidden @ W2 + b2, 1)
    d[torch.arange(len(y)), y] -= 1
    d /= len(y)
    back = d @ W2.T
    return {
        "W1": X.T @ back + 2 * reg * W1,
        "b1": back.sum(0),
        "W2": hidden.T @ d + 2 * reg * W2,
        "b2": d.sum(0),
    }
