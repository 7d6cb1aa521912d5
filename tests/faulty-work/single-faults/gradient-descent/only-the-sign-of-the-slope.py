"""Only the sign of the derivative is used."""

import matplotlib.pyplot as plt
import torch


def minimize(f, x0, lr, steps):
    position = x0.detach().clone()
    slope_of = torch.func.grad(f)
    log = {"x": [], "f": []}
    for _ in range(steps):
        log["x"].append(position.item())
        log["f"].append(f(position).item())
        position = position - lr * slope_of(position).sign()
    return position, log["x"], log["f"]


def plot_descent(history_x, history_f):
    fig = plt.figure(figsize=(8, 6))
    ax = fig.add_subplot(2, 1, 1)
    ax.plot(history_x, history_f, "o-")
    ax.set_title("The way down")
    ax.set_xlabel("x")
    ax.set_ylabel("f(x)")
    bx = fig.add_subplot(2, 1, 2)
    bx.plot(range(len(history_f)), history_f, "r-")
    bx.set_title("Loss by iteration")
    bx.set_xlabel("iteration")
    bx.set_ylabel("loss")
    return fig
