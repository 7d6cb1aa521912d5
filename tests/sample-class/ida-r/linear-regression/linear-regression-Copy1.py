# -*- coding: latin-1 -*-
"""Lineare Regression: der mittlere quadratische Fehler fällt."""

import matplotlib.pyplot as plt
import torch


def predict(x, w, b):
    return w * x + b


def mse(y_pred, y):
    return torch.mean(torch.square(y_pred - y))


def gradients_by_hand(x, y, w, b):
    r = w * x + b - y
    return 2 * torch.dot(r, x) / len(x), 2 * r.sum() / len(x)


def gradients_by_autograd(x, y, w, b):
    w, b = w.detach().requires_grad_(), b.detach().requires_grad_()
    return torch.autograd.grad(mse(predict(x, w, b), y), (w, b))


def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    w, b = torch.tensor(w0).to(x), torch.tensor(b0).to(x)
    losses = []
    while len(losses) < epochs:
        losses.append(mse(predict(x, w, b), y).item())
        dw, db = gradients_by_autograd(x, y, w, b)
        w, b = w - lr * dw, b - lr * db
    return w, b, losses


def plot_fit(x, y, w, b, losses):
    figure, (links, rechts) = plt.subplots(ncols=2)
    links.plot(x, y, ".")
    links.plot(x, predict(x, w, b))
    links.set(title="Ausgleichsgerade", xlabel="x", ylabel="y")
    rechts.plot(losses)
    rechts.set(title="Fehler", xlabel="Epoche", ylabel="Fehler")
    return figure
