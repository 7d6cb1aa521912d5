"""Linear regression: model, loss, descent, picture, and what goes wrong."""

import torch

from grader.authoring import gradient
from grader.judging.properties import curve, exactly, line, mistakable, points, texts


def predict(x, w, b):
    return w * x + b


def mse(y_pred, y):
    return ((y_pred - y) ** 2).mean()


def loss(x, y, w, b):
    return mse(predict(x, w, b), y)


def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    return descend(x, y, lr, epochs, w0, b0)


def mean_slopes(x, y, w, b):
    return slopes(loss, x, y, w, b)


def descend(x, y, lr, epochs, w0, b0, slope=mean_slopes, loss=loss):
    w, b = torch.tensor(w0, dtype=x.dtype), torch.tensor(b0, dtype=x.dtype)
    losses = []
    for _ in range(epochs):
        losses.append(loss(x, y, w, b))
        dw, db = slope(x, y, w, b)
        w, b = w - lr * dw, b - lr * db
    return w, b, losses


def slopes(function, x, y, w, b):
    return gradient(lambda w, b: function(x, y, w, b), w, b)


def drawn_fit(x, y, w, b, losses):
    return {
        "two axes": exactly(2, "axes"),
        "titles": texts(2),
        "labels": texts(4),
        "data": mistakable(points(x, y), {"those with x and y swapped": points(y, x)}),
        "line": mistakable(line(w, b, x), {"the one without b": line(w, 0, x)}),
        "loss curve": curve(losses),
    }


def plot_fit(x, y, w, b, losses):
    from matplotlib.figure import Figure

    figure = Figure()
    left, right = figure.subplots(1, 2)
    left.scatter(x, y)
    left.plot(x, w * x + b)
    left.set(title="Data and fit", xlabel="x", ylabel="y")
    right.plot(losses)
    right.set(title="Loss", xlabel="epoch", ylabel="mean squared error")
    return figure
