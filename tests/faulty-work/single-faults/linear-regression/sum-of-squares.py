"""The squares are summed, not averaged."""

import matplotlib.pyplot as plt
import torch


def predict(x, w, b):
    return w * x + b


def mse(y_pred, y):
    return torch.sum((y_pred - y) ** 2)


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
    points = list(zip(x.tolist(), y.tolist()))
    n = len(points)
    w, b, losses = w0, b0, []
    for _ in range(epochs):
        errors = [w * p + b - q for p, q in points]
        losses.append(sum(e * e for e in errors) / n)
        dw = 2 * sum(e * p for e, (p, _q) in zip(errors, points)) / n
        db = 2 * sum(errors) / n
        w -= lr * dw
        b -= lr * db
    return w, b, losses


def plot_fit(x, y, w, b, losses):
    x, y, w, b = x.detach(), y.detach(), float(w), float(b)
    fig, (ax, bx) = plt.subplots(1, 2, figsize=(10, 4))
    ax.scatter(x.numpy(), y.numpy(), label="data")
    ends = torch.tensor([x.min().item(), x.max().item()])
    ax.plot(ends.numpy(), (w * ends + b).numpy(), color="red", label="fit")
    ax.set(title="Data and line", xlabel="x", ylabel="y")
    ax.legend()
    bx.plot(losses)
    bx.set(title="Loss", xlabel="epoch", ylabel="mse")
    return fig
