# The loss is drawn on the first axes and the path on the second.

# %%
import matplotlib.pyplot as plt
import torch


# %%
def minimize(f, x0, lr, steps):
    current = float(x0)
    path, losses = [], []
    k = 0
    while k < steps:
        leaf = torch.tensor(current, dtype=torch.float64, requires_grad=True)
        loss = f(leaf)
        (g,) = torch.autograd.grad(loss, leaf)
        path.append(current)
        losses.append(float(loss))
        current = current - lr * float(g)
        k += 1
    return current, path, losses


# %%
def plot_descent(history_x, history_f):
    fig, axes = plt.subplots(1, 2)
    axes[0].plot(history_f)
    axes[0].set(title="Loss", xlabel="iteration", ylabel="f(x)")
    axes[1].plot(history_x)
    axes[1].set(title="Path", xlabel="iteration", ylabel="x")
    return fig
