import math

import torch


def softmax_loss(W, X, y, reg):
    n = X.shape[0]
    loss = 0.0
    for i in range(n):
        scores = (X[i] @ W).tolist()
        top = max(scores)
        total = sum(math.exp(s - top) for s in scores)
        loss += math.log(total) - (scores[int(y[i])] - top)
    return loss / n + reg * (W**2).sum().item()


def softmax_gradient(W, X, y, reg):
    n, classes = X.shape[0], W.shape[1]
    dW = torch.zeros_like(W)
    for i in range(n):
        scores = X[i] @ W
        p = torch.exp(scores - scores.max())
        p = p / p.sum()
        for j in range(classes):
            dW[:, j] += (p[j] - float(j == y[i])) * X[i]
    return dW / n + 2 * reg * W
