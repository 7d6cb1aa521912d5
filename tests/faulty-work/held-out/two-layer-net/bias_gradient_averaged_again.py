"""The gradient for b1 is the mean over the samples of what is divided by N already."""

import torch


def relu(z):
    return z * (z > 0)


def cross_entropy(scores, labels):
    biggest = scores.amax(dim=1, keepdim=True)
    log_norm = biggest.squeeze(1) + torch.exp(scores - biggest).sum(dim=1).log()
    chosen = scores.gather(1, labels.unsqueeze(1)).squeeze(1)
    return (log_norm - chosen).mean()


def two_layer_loss(X, y, W1, b1, W2, b2, reg):
    scores = relu(X @ W1 + b1) @ W2 + b2
    return cross_entropy(scores, y) + reg * W1.square().sum() + reg * W2.square().sum()


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
    db1 = dhidden.mean(dim=0)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
