import torch


def softmax_loss(W, X, y, reg):
    e = torch.exp(X @ W)
    p = e / e.sum(dim=1, keepdim=True)
    return -torch.log(p[torch.arange(len(y)), y]).mean() + reg * (W**2).sum()


def softmax_gradient(W, X, y, reg):
    e = torch.exp(X @ W)
    p = e / e.sum(dim=1, keepdim=True)
    p[torch.arange(len(y)), y] -= 1
    return X.T @ p / len(y) + 2 * reg * W
