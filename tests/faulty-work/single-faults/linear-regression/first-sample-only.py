"""Only the loss of the first sample is differentiated."""

import matplotlib.pyplot as plt
import torch


def predict(x, w, b):
    return w * x + b


def mse(y_pred, y):
    errors = (y - y_pred).flatten()
    return errors.dot(errors) / errors.numel()


def gradients_by_hand(x, y, w, b):
    e = w * x + b - y
    n = len(x)
    return 2 / n * (e * x).sum(), 2 / n * e.sum()


def gradients_by_autograd(x, y, w, b):
    w = w.clone().detach().requires_grad_(True)
    b = b.clone().detach().requires_grad_(True)
    errors = (w * x + b - y) ** 2
    errors[0].backward()
    return w.grad, b.grad


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
