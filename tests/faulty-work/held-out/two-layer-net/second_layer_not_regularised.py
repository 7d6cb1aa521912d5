"""The penalty holds only W1, W2 is forgotten."""

import torch


def two_layer_loss(X, y, W1, b1, W2, b2, reg):
    hidden = torch.clamp(X @ W1 + b1, min=0)
    scores = hidden @ W2 + b2
    shifted = scores - scores.max(dim=1, keepdim=True).values
    log_probs = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
    data = -log_probs[torch.arange(X.shape[0]), y].mean()
    return data + reg * (W1**2).sum()


def two_layer_gradients(X, y, W1, b1, W2, b2, reg):
    N = X.shape[0]
    pre = X @ W1 + b1
    hidden = torch.clamp(pre, min=0)
    scores = hidden @ W2 + b2
    scores = scores - scores.max(dim=1, keepdim=True).values
    probs = scores.exp() / scores.exp().sum(dim=1, keepdim=True)

    dscores = probs.clone()
    dscores[torch.arange(N), y] -= 1
    dscores /= N

    dW2 = hidden.T @ dscores + 2 * reg * W2
    db2 = dscores.sum(dim=0)
    dhidden = dscores @ W2.T
    dhidden[pre <= 0] = 0
    dW1 = X.T @ dhidden + 2 * reg * W1
    db1 = dhidden.sum(dim=0)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
