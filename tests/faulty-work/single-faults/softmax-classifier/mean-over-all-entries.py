"""The mean runs over all N·C entries of a masked matrix instead of over N samples."""

import torch


def softmax_loss(W, X, y, reg):
    s = X @ W
    log_p = s - torch.logsumexp(s, dim=1, keepdim=True)
    one_hot = torch.zeros_like(log_p).scatter(1, y.unsqueeze(1), 1.0)
    return -(one_hot * log_p).mean() + reg * (W**2).sum()


def softmax_gradient(W, X, y, reg):
    s = X.mm(W)
    probabilities = torch.exp(s - torch.logsumexp(s, 1, keepdim=True))
    one_hot = torch.zeros_like(s).scatter(1, y[:, None], 1.0)
    delta = (probabilities - one_hot) / len(y)
    return torch.einsum("nd,nc->dc", X, delta) + reg * (W + W)
