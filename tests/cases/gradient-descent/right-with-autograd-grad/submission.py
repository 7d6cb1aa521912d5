# %%
import matplotlib.pyplot as plt
import numpy as np
import torch


# %%
def minimize(f, x0, lr, steps):
    x = x0.detach()
    xs, fs = [], []
    for _ in range(steps):
        x.requires_grad_()
        y = f(x)
        xs.append(x.detach())
        fs.append(y.detach())
        (slope,) = torch.autograd.grad(y, x)
        x = (x - lr * slope).detach()
    return (x.item(), xs, fs)


# %%
def plot_descent(history_x, history_f):
    plt.figure()
    plt.subplot(1, 2, 1)
    plt.scatter(history_x, history_f)
    plt.title("Where it goes")
    plt.xlabel("x")
    plt.ylabel("f(x)")
    plt.subplot(1, 2, 2)
    plt.plot(np.arange(1, len(history_f) + 1), np.array(history_f), "r.")
    plt.title("How fast")
    plt.xlabel("iteration")
    plt.ylabel("loss")
    return plt.gcf()
