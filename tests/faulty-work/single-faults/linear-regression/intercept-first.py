"""The gradient of b is returned before that of w."""

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
    leaves = {"w": w.detach().clone(), "b": b.detach().clone()}
    for t in leaves.values():
        t.requires_grad_(True)
    loss = ((leaves["w"] * x + leaves["b"] - y) ** 2).mean()
    loss.backward()
    return tuple(leaves[name].grad for name in sorted(leaves))


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
