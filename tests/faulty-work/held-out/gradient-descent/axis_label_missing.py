# The second axes has no label on its y axis.

# %%
from matplotlib.figure import Figure
import torch


# %%
def minimize(f, x0, lr, steps):
    x, xs, fs = x0.detach().clone(), [], []
    for k in range(steps):
        slope, value = torch.func.grad_and_value(f)(x)
        xs.append(x)
        fs.append(value)
        x = x - lr * slope
    return x, xs, fs


# %%
def plot_descent(history_x, history_f):
    fig = Figure(figsize=(9, 3.5))
    left = fig.add_subplot(1, 2, 1)
    right = fig.add_subplot(1, 2, 2)
    left.scatter(history_x, history_f, s=12)
    left.set(title="Where we went", xlabel="x", ylabel="f(x)")
    right.plot(range(len(history_f)), history_f, "r-")
    right.set(title="Loss curve", xlabel="step")
    return fig
