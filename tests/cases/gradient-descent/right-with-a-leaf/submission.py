import matplotlib.pyplot as plt
import torch


def minimize(f, x0, lr, steps):
    x = x0.clone().detach().requires_grad_(True)
    history_x, history_f = [], []
    for _ in range(steps):
        y = f(x)
        history_x.append(x.item())
        history_f.append(y.item())
        y.backward()
        with torch.no_grad():
            x -= lr * x.grad
        x.grad.zero_()
    return x, history_x, history_f


def plot_descent(history_x, history_f):
    fig, axes = plt.subplots(1, 2, figsize=(10, 4))
    axes[0].plot(history_x, marker="o")
    axes[0].set_title("Path on x")
    axes[0].set_xlabel("iteration")
    axes[0].set_ylabel("x")
    axes[1].plot(history_f)
    axes[1].set_title("Loss")
    axes[1].set_xlabel("iteration")
    axes[1].set_ylabel("f(x)")
    axes[1].set_yscale("log")
    fig.tight_layout()
    return fig
