import torch


def softmax_loss(W, X, y, reg):
    scores = X @ W
    return (torch.logsumexp(scores, 1) - scores[torch.arange(len(y)), y]).mean()


def softmax_gradient(W, X, y, reg):
    p = torch.softmax(X @ W, 1)
    p[torch.arange(len(y)), y] -= 1
    return p.T @ X / len(y) + 2 * reg * W.T
