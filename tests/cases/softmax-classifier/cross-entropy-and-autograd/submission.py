import torch
import torch.nn.functional as F


def softmax_loss(W, X, y, reg):
    return F.cross_entropy(X @ W, y) + reg * (W**2).sum()


def softmax_gradient(W, X, y, reg):
    with torch.enable_grad():
        W = W.detach().clone().requires_grad_()
        softmax_loss(W, X, y, reg).backward()
    return W.grad
