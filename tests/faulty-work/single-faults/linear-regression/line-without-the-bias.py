"""The line is drawn without the bias."""

import matplotlib.pyplot as plt
import torch


def predict(x, w, b):
    return w * x + b


def mse(y_pred, y):
    return ((y_pred - y) ** 2).mean()


def gradients_by_hand(x, y, w, b):
    residual = predict(x, w, b) - y
    dw = 2 * torch.mean(residual * x)
    db = 2 * torch.mean(residual)
    return dw, db


def gradients_by_autograd(x, y, w, b):
    w = w.detach().clone().requires_grad_(True)
    b = b.detach().clone().requires_grad_(True)
    loss = mse(predict(x, w, b), y)
    return torch.autograd.grad(loss, (w, b))


def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    w = torch.tensor(w0, dtype=x.dtype)
    b = torch.tensor(b0, dtype=x.dtype)
    losses = []
    for _ in range(epochs):
        e = w * x.detach() + b - y.detach()
        losses.append((e**2).mean().item())
        w, b = w - lr * 2 * (e * x.detach()).mean(), b - lr * 2 * e.mean()
    return w, b, losses


def plot_fit(x, y, w, b, losses):
    x, y = x.detach().numpy(), y.detach().numpy()
    fig, axes = plt.subplots(2, 1)
    axes[0].scatter(x, y)
    axes[0].plot(x, float(w) * x, "r")
    axes[0].set(title="Data", xlabel="x", ylabel="y")
    axes[1].plot(losses)
    axes[1].set(title="Losses", xlabel="epoch", ylabel="loss")
    return fig
