"""Linear regression, everything from scratch."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import torch


def predict(x, w, b):
    return x * w + b


def mse(y_pred, y):
    difference = y_pred - y
    return (difference * difference).sum() / difference.numel()


def gradients_by_hand(x, y, w, b):
    n = len(x)
    dw = torch.zeros((), dtype=x.dtype)
    db = torch.zeros((), dtype=x.dtype)
    for xi, yi in zip(x, y):
        dw = dw + 2 / n * (w * xi + b - yi) * xi
        db = db + 2 / n * (w * xi + b - yi)
    return dw, db


def gradients_by_autograd(x, y, w, b):
    w = w.detach().clone().requires_grad_(True)
    b = b.detach().clone().requires_grad_(True)
    return torch.autograd.grad(mse(predict(x, w, b), y), [w, b])


def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    w = torch.tensor(w0, dtype=x.dtype)
    b = torch.tensor(b0, dtype=x.dtype)
    losses = []
    for epoch in range(epochs):
        losses.append(mse(predict(x, w, b), y))
        dw, db = gradients_by_hand(x, y, w, b)
        w, b = w - lr * dw, b - lr * db
    return w, b, losses


def plot_fit(x, y, w, b, losses):
    figure = plt.figure()
    top = figure.add_subplot(2, 1, 1)
    top.plot(x, y, "o", label="data")
    ends = torch.stack([x.min(), x.max()])
    top.plot(ends, predict(ends, w, b), label="fit")
    top.set(title="Fit", xlabel="x", ylabel="y")
    top.legend()
    bottom = figure.add_subplot(2, 1, 2)
    bottom.semilogy(range(len(losses)), losses)
    bottom.set(title="Loss", xlabel="epoch", ylabel="mse")
    return figure
