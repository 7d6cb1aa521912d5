# history_f holds the running sum of the losses.

# %%
import matplotlib.pyplot as plt
import torch


# %%
def minimize(f, x0, lr, steps):
    x = x0.detach().clone().requires_grad_(True)
    total = 0.0
    history_x, history_f = [], []
    for _ in range(steps):
        loss = f(x)
        loss.backward()
        total += loss.item()
        history_x.append(x.item())
        history_f.append(total)
        with torch.no_grad():
            x -= lr * x.grad
        x.grad.zero_()
    return x.detach(), history_x, history_f


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
