"""The residual is y minus the prediction, so both signs are wrong."""

import matplotlib.pyplot as plt
import torch


def predict(x, w, b):
    return w * x + b


def mse(y_pred, y):
    return ((y_pred - y) ** 2).mean()


def gradients_by_hand(x, y, w, b):
    n = x.shape[0]
    residual = y - (w * x + b)
    dw = (2 / n) * torch.dot(residual, x)
    db = (2 / n) * residual.sum()
    return dw, db


def gradients_by_autograd(x, y, w, b):
    def loss(slope, intercept):
        return ((slope * x.detach() + intercept - y.detach()) ** 2).mean()

    return torch.func.grad(loss, argnums=(0, 1))(w.detach(), b.detach())


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
