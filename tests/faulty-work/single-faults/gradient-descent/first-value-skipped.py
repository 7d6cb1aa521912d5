"""The loss curve leaves out the first loss."""

import torch
from matplotlib.figure import Figure


def minimize(f, x0, lr, steps):
    slope_and_value = torch.func.grad_and_value(f)
    x = x0.detach()
    xs, fs = [], []
    for _ in range(steps):
        slope, value = slope_and_value(x)
        xs.append(x)
        fs.append(value)
        x = x - lr * slope
    return x, xs, fs


def plot_descent(history_x, history_f):
    figure = Figure()
    path, loss = figure.subplots(1, 2)
    path.plot(range(len(history_x)), history_x)
    path.set_title("Path")
    path.set_xlabel("iteration")
    path.set_ylabel("x")
    loss.plot(range(1, len(history_f)), history_f[1:])
    loss.set_title("Loss")
    loss.set_xlabel("iteration")
    loss.set_ylabel("f")
    return figure
