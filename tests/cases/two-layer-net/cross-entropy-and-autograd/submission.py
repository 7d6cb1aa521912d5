import torch
from torch import nn


def two_layer_loss(X, y, W1, b1, W2, b2, reg):
    scores = torch.relu(X @ W1 + b1) @ W2 + b2
    return nn.CrossEntropyLoss()(scores, y) + reg * ((W1**2).sum() + (W2**2).sum())


def two_layer_gradients(X, y, W1, b1, W2, b2, reg):
    leaves = [t.detach().clone().requires_grad_() for t in (W1, b1, W2, b2)]
    two_layer_loss(X, y, *leaves, reg).backward()
    return dict(zip(["W1", "b1", "W2", "b2"], [leaf.grad for leaf in leaves], strict=True))
