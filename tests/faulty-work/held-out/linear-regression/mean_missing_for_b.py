"""The gradient for b is a sum over the points, only the one for w is a mean."""

import numpy as np
import matplotlib.pyplot as plt
import torch


def predict(x, w, b):
    """The line, point by point."""
    return torch.add(torch.mul(x, w), b)


def mse(y_pred, y):
    return ((y_pred - y) ** 2).mean()


def gradients_by_hand(x: torch.Tensor, y: torch.Tensor, w: torch.Tensor, b: torch.Tensor):
    """Derivatives of 1/n * sum (w x + b - y)^2, with numpy."""
    xs = x.detach().numpy()
    ys = y.detach().numpy()
    diff = w.item() * xs + b.item() - ys
    dL_dw = 2 * np.mean(diff * xs)
    dL_db = 2 * np.sum(diff)
    return torch.tensor(dL_dw, dtype=x.dtype), torch.tensor(dL_db, dtype=x.dtype)


def gradients_by_autograd(x, y, w, b):
    w = w.detach().clone().requires_grad_(True)
    b = b.detach().clone().requires_grad_(True)
    loss = mse(predict(x.detach(), w, b), y.detach())
    loss.backward()
    return w.grad, b.grad


def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    """Python floats all the way."""
    xs, ys = x.tolist(), y.tolist()
    n = len(xs)
    w, b = float(w0), float(b0)
    losses = []
    for k in range(epochs):
        errors = [w * xi + b - yi for xi, yi in zip(xs, ys)]
        losses.append(sum(e * e for e in errors) / n)
        slope_w = sum(2 * e * xi for e, xi in zip(errors, xs)) / n
        slope_b = sum(2 * e for e in errors) / n
        w, b = w - lr * slope_w, b - lr * slope_b
    return w, b, losses


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
