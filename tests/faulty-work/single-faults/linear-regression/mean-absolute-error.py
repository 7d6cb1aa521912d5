"""The absolute error is averaged instead of the squared one."""

import matplotlib.pyplot as plt
import torch


def predict(x, w, b):
    """The line, at every x."""
    return torch.mul(x, w).add(b)


def mse(y_pred, y):
    return torch.mean(torch.abs(y_pred - y))


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
    params = torch.tensor([w0, b0], dtype=torch.float64, requires_grad=True)
    x, y = x.detach().double(), y.detach().double()
    losses = []
    for _ in range(epochs):
        loss = ((params[0] * x + params[1] - y) ** 2).mean()
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            params -= lr * params.grad
            params.grad.zero_()
    w, b = params.detach()
    return w, b, losses


def plot_fit(x, y, w, b, losses):
    order = torch.argsort(x.detach())
    xs = x.detach()[order].tolist()
    fig = plt.figure()
    data = fig.add_subplot(1, 2, 1)
    data.plot(x.tolist(), y.tolist(), "o")
    data.plot(xs, [float(w) * v + float(b) for v in xs], "-")
    data.set_title("Fit")
    data.set_xlabel("x")
    data.set_ylabel("y")
    curve = fig.add_subplot(1, 2, 2)
    curve.plot(range(len(losses)), losses)
    curve.set_title("Training")
    curve.set_xlabel("epoch")
    curve.set_ylabel("loss")
    return fig
