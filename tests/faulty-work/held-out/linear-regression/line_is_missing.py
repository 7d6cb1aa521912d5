"""The first axes shows the points only, the fitted line is not drawn."""

import matplotlib.pyplot as plt
import torch


def predict(x, w, b):
    return w * x + b


def mse(y_pred, y):
    residual = (y_pred - y).flatten()
    return residual.dot(residual) / residual.numel()


def gradients_by_hand(x, y, w, b):
    # design matrix A = [x, 1], gradient = 2/n A^T (A theta - y)
    A = torch.stack([x, torch.ones_like(x)], dim=1)
    theta = torch.stack([w, b])
    g = 2.0 / x.shape[0] * (A.T @ (A @ theta - y))
    return g[0], g[1]


def gradients_by_autograd(x, y, w, b):
    X, Y = x.detach(), y.detach()

    def L(slope, offset):
        return mse(predict(X, slope, offset), Y)

    return torch.func.grad(L, argnums=(0, 1))(w.detach(), b.detach())


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
    ax1.set_title("Data and fit")
    ax1.set_xlabel("x")
    ax1.set_ylabel("y")
    ax1.legend()
    ax2.plot(losses)
    ax2.set_title("Loss")
    ax2.set_xlabel("epoch")
    ax2.set_ylabel("MSE")
    return fig
