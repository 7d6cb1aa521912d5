"""The gradient is summed over the samples, the division by N is missing."""

import torch


def softmax_loss(W, X, y, reg):
    scores = X @ W
    scores = scores - scores.max(dim=1, keepdim=True).values
    log_p = scores - torch.log(torch.exp(scores).sum(dim=1, keepdim=True))
    return -log_p[torch.arange(len(y)), y].mean() + reg * (W**2).sum()


def softmax_gradient(W, X, y, reg):
    s = X @ W
    e = torch.exp(s - s.max(dim=1, keepdim=True).values)
    delta = e / e.sum(dim=1, keepdim=True)
    delta[range(len(y)), y] -= 1
    return torch.matmul(X.T, delta) + 2 * reg * W
