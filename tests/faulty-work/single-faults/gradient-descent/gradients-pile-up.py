"""The gradient is never zeroed, so every step uses the sum of all so far."""

import matplotlib.pyplot as plt
import torch


def minimize(f, x0, lr, steps):
    p = x0.detach().clone().requires_grad_(True)
    trace = []
    for _ in range(steps):
        value = f(p)
        trace.append((p.item(), value.item()))
        value.backward()
        with torch.no_grad():
            p.sub_(p.grad, alpha=lr)
    return p.detach(), [t[0] for t in trace], [t[1] for t in trace]


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
