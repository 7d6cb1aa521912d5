import matplotlib.pyplot as plt
import torch


def predict(x, w, b):
    return w * x + b


def mse(y_pred, y):
    return ((y_pred - y) ** 2).sum()


def gradients_by_hand(x, y, w, b):
    error = w * x + b - y
    return 2 * (error * x).sum(), 2 * error.sum()


def gradients_by_autograd(x, y, w, b):
    w = w.detach().clone().requires_grad_()
    b = b.detach().clone().requires_grad_()
    mse(predict(x, w, b), y).backward()
    return w.grad, b.grad


def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    w, b, losses = torch.tensor(w0, dtype=x.dtype), torch.tensor(b0, dtype=x.dtype), []
    for _ in range(epochs):
        losses.append(mse(predict(x, w, b), y))
        dw, db = gradients_by_hand(x, y, w, b)
        w, b = w - lr * dw, b - lr * db
    return w, b, losses


def plot_fit(x, y, w, b, losses):
    figure, axes = plt.subplots(1, 2)
    axes[0].plot(losses)
    axes[0].set(title="Loss", xlabel="epoch", ylabel="mse")
    axes[1].scatter(x, y)
    axes[1].plot(x, w * x + b)
    axes[1].set(title="Fit", xlabel="x", ylabel="y")
    return figure
