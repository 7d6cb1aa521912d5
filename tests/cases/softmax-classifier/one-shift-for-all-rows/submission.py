import torch


def softmax_loss(W, X, y, reg):
    scores = X @ W
    log_probs = torch.log_softmax(scores, dim=1)
    data = -log_probs[torch.arange(len(y)), y].mean()
    return data + reg * (W**2).sum()


def softmax_gradient(W, X, y, reg):
    s = X @ W
    e = torch.exp(s - s.max())
    p = e / e.sum(1, keepdim=True)
    p[torch.arange(len(y)), y] -= 1
    return X.T @ p / len(y) + 2 * reg * W
