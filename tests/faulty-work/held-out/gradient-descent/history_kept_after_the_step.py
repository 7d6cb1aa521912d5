"""The histories are recorded after each step instead of before it."""

from matplotlib.figure import Figure
import torch


def minimize(f, x0, lr, steps):
    x = x0.detach().clone().requires_grad_(True)
    history_x, history_f = [], []
    for _ in range(steps):
        f(x).backward()
        with torch.no_grad():
            x -= lr * x.grad
            x.grad.zero_()
            history_x.append(x.item())
            history_f.append(f(x).item())
    return x.detach(), history_x, history_f


def plot_descent(history_x, history_f):
    fig = Figure(figsize=(9, 3.5))
    left = fig.add_subplot(1, 2, 1)
    right = fig.add_subplot(1, 2, 2)
    left.scatter(history_x, history_f, s=12)
    left.set(title="Where we went", xlabel="x", ylabel="f(x)")
    right.plot(range(len(history_f)), history_f, "r-")
    right.set(title="Loss curve", xlabel="step", ylabel="loss")
    return fig
