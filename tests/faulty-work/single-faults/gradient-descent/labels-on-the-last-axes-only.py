"""plt.xlabel is called once only, so the first axes has no labels."""

import matplotlib.pyplot as plt
import torch


def minimize(f, x0, lr, steps):
    x = x0.detach().clone().requires_grad_(True)
    history_x, history_f = [], []
    for _ in range(steps):
        y = f(x)
        history_x.append(x.item())
        history_f.append(y.item())
        y.backward()
        with torch.no_grad():
            x -= lr * x.grad
        x.grad.zero_()
    return x.detach(), history_x, history_f


def plot_descent(history_x, history_f):
    fig = plt.figure()
    plt.subplot(1, 2, 1)
    plt.plot(history_x)
    plt.title("Path")
    plt.subplot(1, 2, 2)
    plt.plot(history_f)
    plt.title("Loss")
    plt.xlabel("iteration")
    plt.ylabel("value")
    return fig
