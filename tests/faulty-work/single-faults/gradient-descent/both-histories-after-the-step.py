# Both histories are recorded after the step, so x0 is not among them.

# %%
import matplotlib.pyplot as plt
import torch


# %%
def minimize(f, x0, lr, steps):
    x = torch.tensor(float(x0), dtype=torch.float64, requires_grad=True)
    xs, ys = [], []
    for _ in range(steps):
        (g,) = torch.autograd.grad(f(x), x)
        with torch.no_grad():
            x -= lr * g
            xs.append(x.item())
            ys.append(f(x).item())
    return x.item(), xs, ys


# %%
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
