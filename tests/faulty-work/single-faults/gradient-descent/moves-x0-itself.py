"""The tensor x0 itself is moved."""

import matplotlib.pyplot as plt
import torch


def minimize(f, x0, lr, steps):
    x = x0.requires_grad_(True)
    history_x, history_f = [], []
    for _ in range(steps):
        y = f(x)
        history_x.append(x.item())
        history_f.append(y.item())
        (slope,) = torch.autograd.grad(y, x)
        x.data.sub_(lr * slope)
    return x.detach().clone(), history_x, history_f


def plot_descent(history_x, history_f):
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
    left.plot(history_x, marker="o")
    left.set(title="Path", xlabel="iteration", ylabel="x")
    right.plot(history_f)
    right.set(title="Loss", xlabel="iteration", ylabel="f(x)")
    return fig
