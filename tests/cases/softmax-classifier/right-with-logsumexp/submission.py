import torch


def softmax_loss(W, X, y, reg):
    scores = X @ W
    correct = scores.gather(1, y.view(-1, 1)).squeeze(1)
    return (torch.logsumexp(scores, dim=1) - correct).mean() + reg * torch.sum(W * W)


def softmax_gradient(W, X, y, reg):
    p = torch.softmax(X @ W, dim=1)
    p[torch.arange(X.shape[0]), y] -= 1
    return X.t() @ p / X.shape[0] + 2 * reg * W
