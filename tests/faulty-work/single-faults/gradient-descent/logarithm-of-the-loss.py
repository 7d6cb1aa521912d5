# The logarithm of the loss is drawn instead of the loss.

# %%
import math

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
    fig, (a, b) = plt.subplots(1, 2, layout="constrained")
    a.plot(history_x, "-x")
    a.set(title="Path", xlabel="step", ylabel="x")
    b.plot([math.log10(value) for value in history_f])
    b.set(title="Loss", xlabel="step", ylabel="f(x)")
    return fig
