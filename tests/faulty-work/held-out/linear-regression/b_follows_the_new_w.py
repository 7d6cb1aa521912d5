"""w is updated first and the gradient for b is taken at the new w."""

import matplotlib.pyplot as plt
import torch


def predict(x, w, b):
    return w * x + b


def mse(y_pred, y):
    return ((y_pred - y) ** 2).mean()


def gradients_by_hand(x, y, w, b):
    # design matrix A = [x, 1], gradient = 2/n A^T (A theta - y)
    A = torch.stack([x, torch.ones_like(x)], dim=1)
    theta = torch.stack([w, b])
    g = 2.0 / x.shape[0] * (A.T @ (A @ theta - y))
    return g[0], g[1]


def gradients_by_autograd(x, y, w, b):
    w = w.detach().clone().requires_grad_(True)
    b = b.detach().clone().requires_grad_(True)
    loss = mse(predict(x.detach(), w, b), y.detach())
    loss.backward()
    return w.grad, b.grad


def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    x, y = x.detach(), y.detach()
    w, b = torch.tensor(w0, dtype=x.dtype), torch.tensor(b0, dtype=x.dtype)
    losses = []
    for _ in range(epochs):
        losses.append(mse(predict(x, w, b), y))
        w = w - lr * 2 * ((predict(x, w, b) - y) * x).mean()
        b = b - lr * 2 * (predict(x, w, b) - y).mean()
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
