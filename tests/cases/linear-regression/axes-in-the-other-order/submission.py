import numpy as np
import torch
from matplotlib.figure import Figure


def predict(x, w, b):
    return torch.stack([w * value + b for value in x.reshape(-1)]).reshape(x.shape)


def mse(y_pred, y):
    pairs = zip(y_pred.flatten().tolist(), y.flatten().tolist(), strict=True)
    errors = [(p - t) ** 2 for p, t in pairs]
    return sum(errors) / len(errors)


def gradients_by_hand(x, y, w, b):
    x, y, n = x.detach().numpy(), y.detach().numpy(), len(x)
    residual = y - (float(w) * x + float(b))
    return [float(-2 / n * np.dot(residual, x)), float(-2 / n * np.sum(residual))]


def gradients_by_autograd(x, y, w, b):
    def loss(w, b):
        return ((w * x + b - y) ** 2).mean()

    return list(torch.func.grad(loss, argnums=(0, 1))(w, b))


def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    w, b, losses = w0, b0, []
    for _ in range(epochs):
        losses.append(float(mse(predict(x, w, b), y)))
        dw, db = gradients_by_hand(x, y, w, b)
        w, b = w - lr * dw, b - lr * db
    return [w, b, losses]


def plot_fit(x, y, w, b, losses):
    figure = Figure()
    second, first = figure.subplots(2, 1)
    first.scatter(x, y)
    ends = np.array([float(x.min()), float(x.max())])
    first.plot(ends, float(w) * ends + float(b))
    first.set(title="data", xlabel="x", ylabel="y")
    second.plot(losses, "-o")
    second.set(title="loss", xlabel="k", ylabel="L")
    return figure
