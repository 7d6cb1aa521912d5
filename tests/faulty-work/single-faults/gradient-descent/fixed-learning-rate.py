"""The learning rate is hard-coded to 0.1."""

import matplotlib.pyplot as plt
import torch


def minimize(f, x0, lr, steps):
    leaf = x0.clone().detach().requires_grad_(True)
    optimiser = torch.optim.SGD([leaf], lr=0.1)
    points, values = [], []
    for _ in range(steps):
        optimiser.zero_grad()
        loss = f(leaf)
        points.append(leaf.item())
        values.append(loss.item())
        loss.backward()
        optimiser.step()
    return leaf.detach(), points, values


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
