"""Logistic regression with a penalty. No mistakes are declared: that is the point of it."""

import torch

from grader.authoring import gradient


def probabilities(X, w, b):
    return torch.sigmoid(X @ w + b)


def loss(X, y, w, b, reg):
    scores = X @ w + b
    return (torch.logaddexp(torch.zeros_like(scores), scores) - y * scores).mean() + reg / 2 * (
        w**2
    ).sum()


def train(X, y, w, b, reg, lr, steps):
    losses = []
    for _ in range(steps):
        losses.append(loss(X, y, w, b, reg))
        dw, db = gradient(lambda w, b: loss(X, y, w, b, reg), w, b)
        w, b = w - lr * dw, b - lr * db
    return w, b, losses


def accuracy(X, y, w, b):
    return ((X @ w + b > 0) == (y == 1)).double().mean()
