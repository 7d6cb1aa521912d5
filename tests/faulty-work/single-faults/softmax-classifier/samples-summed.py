"""The sample losses are summed instead of averaged."""

import torch


def softmax_loss(W, X, y, reg):
    scores = X @ W
    log_z = torch.logsumexp(scores, dim=1)
    losses = log_z - scores[torch.arange(X.shape[0]), y]
    return losses.sum() + reg * W.square().sum()


def softmax_gradient(W, X, y, reg):
    s = X.mm(W)
    probabilities = torch.exp(s - torch.logsumexp(s, 1, keepdim=True))
    one_hot = torch.zeros_like(s).scatter(1, y[:, None], 1.0)
    delta = (probabilities - one_hot) / len(y)
    return torch.einsum("nd,nc->dc", X, delta) + reg * (W + W)
