"""Other right ways to write it."""

import torch

from grader.authoring import rewriting


@rewriting("gradients_by_hand")
def hand_by_formula(x, y, w, b):
    error = w * x + b - y
    return 2 * torch.dot(error, x) / len(x), 2 * error.sum() / len(x)


@rewriting("mse")
def mse_by_norm(y_pred, y):
    return torch.linalg.vector_norm(y_pred - y) ** 2 / y.numel()


@rewriting("fit")
def fit_closed(x, y, lr, epochs, w0=0.0, b0=0.0):
    w, b, losses = w0, b0, []
    for _ in range(epochs):
        error = [w * u + b - v for u, v in zip(x.tolist(), y.tolist(), strict=True)]
        losses.append(sum(e * e for e in error) / len(error))
        dw = 2 * sum(e * u for e, u in zip(error, x.tolist(), strict=True)) / len(error)
        db = 2 * sum(error) / len(error)
        w, b = w - lr * dw, b - lr * db
    return w, b, losses
