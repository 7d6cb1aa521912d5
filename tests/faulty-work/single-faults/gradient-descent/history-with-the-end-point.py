"""The histories also hold the end point, they are one too long."""

import matplotlib.pyplot as plt
import torch


def minimize(f, x0, lr, steps):
    x = x0.detach().double()
    hx, hf = [x.item()], [float(f(x))]
    for _ in range(steps):
        x = x - lr * torch.func.grad(f)(x)
        hx.append(x.item())
        hf.append(float(f(x)))
    return x, hx, hf


def plot_descent(history_x, history_f):
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
    left.plot(history_x, marker="o")
    left.set(title="Path", xlabel="iteration", ylabel="x")
    right.plot(history_f)
    right.set(title="Loss", xlabel="iteration", ylabel="f(x)")
    return fig
