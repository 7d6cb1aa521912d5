import torch


def softmax_loss(W, X, y, reg):
    scores = X @ W
    scores = scores - scores.max(dim=1, keepdim=True).values
    p = torch.exp(scores) / torch.exp(scores).sum(dim=1, keepdim=True)
    right = p[torch.arange(len(y)), y]
    return -torch.log(right + 1e-9).mean() + reg * (W * W).sum()
