"""The factor 2 of the square is missing in both gradients by hand."""

import matplotlib.pyplot as plt
import torch


def predict(x, w, b):
    return w * x + b


def mse(y_pred, y):
    residual = (y_pred - y).flatten()
    return residual.dot(residual) / residual.numel()


def gradients_by_hand(x, y, w, b):
    error = predict(x, w, b) - y
    dw = (error * x).mean()
    db = error.mean()
    return dw, db


def gradients_by_autograd(x, y, w, b):
    w = w.detach().clone().requires_grad_(True)
    b = b.detach().clone().requires_grad_(True)
    loss = mse(predict(x.detach(), w, b), y.detach())
    loss.backward()
    return w.grad, b.grad


def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    x, y = x.detach(), y.detach()
    w = torch.tensor(w0, dtype=x.dtype, requires_grad=True)
    b = torch.tensor(b0, dtype=x.dtype, requires_grad=True)
    history = []
    for _ in range(epochs):
        loss = mse(predict(x, w, b), y)
        history.append(loss.item())
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
        w.grad.zero_()
        b.grad.zero_()
    return w.detach(), b.detach(), history


def plot_fit(x, y, w, b, losses):
    x, y, w, b = (torch.as_tensor(t).detach() for t in (x, y, w, b))
    fig, (ax1, ax2) = plt.subplots(1, 2, figsize=(10, 4))
    ax1.scatter(x, y, label="data")
    ax1.plot(x, w * x + b, color="red", label="fit")
    ax1.set_title("Data and fit")
    ax1.set_xlabel("x")
    ax1.set_ylabel("y")
    ax1.legend()
    ax2.plot(losses)
    ax2.set_title("Loss")
    ax2.set_xlabel("epoch")
    ax2.set_ylabel("MSE")
    return fig
