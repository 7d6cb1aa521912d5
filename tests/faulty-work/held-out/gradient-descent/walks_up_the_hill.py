# x moves with the derivative instead of against it.

# %%
import matplotlib.pyplot as plt
import torch


# %%
def minimize(f, x0, lr, steps):
    """Plain gradient descent, a new leaf for every step."""
    current = x0.detach().clone()
    path = []
    heights = []
    while len(path) < steps:
        leaf = current.clone().requires_grad_(True)
        height = f(leaf)
        (slope,) = torch.autograd.grad(height, leaf)
        path.append(leaf.detach())
        heights.append(height.detach())
        current = current + lr * slope
    return current, path, heights


# %%
def plot_descent(history_x, history_f):
    fig, (ax1, ax2) = plt.subplots(1, 2, figsize=(10, 4))
    ax1.plot(history_x, marker="o")
    ax1.set_title("Path")
    ax1.set_xlabel("iteration")
    ax1.set_ylabel("x")
    ax2.plot(history_f)
    ax2.set_title("Loss")
    ax2.set_xlabel("iteration")
    ax2.set_ylabel("f(x)")
    return fig
