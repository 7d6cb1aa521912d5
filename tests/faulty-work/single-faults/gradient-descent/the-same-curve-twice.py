# history_x is drawn on both axes.

# %%
import matplotlib.pyplot as plt
import torch


# %%
def minimize(f, x0, lr, steps):
    slope_and_value = torch.func.grad_and_value(f)
    x = x0.detach()
    xs, fs = [], []
    for _ in range(steps):
        slope, value = slope_and_value(x)
        xs.append(x)
        fs.append(value)
        x = x - lr * slope
    return x, xs, fs


# %%
def plot_descent(history_x, history_f):
    fig, axes = plt.subplots(1, 2)
    labels = [("Path of x", "x"), ("Loss curve", "f(x)")]
    for ax, values, (title, unit) in zip(axes, (history_x, history_x), labels):
        ax.plot(values)
        ax.set(title=title, xlabel="iteration", ylabel=unit)
    return fig
