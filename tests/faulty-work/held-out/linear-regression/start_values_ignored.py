# w0 and b0 are ignored, the descent starts at zero.

# %%
import numpy as np
import matplotlib.pyplot as plt
import torch


# %%
def predict(x, w, b):
    return w * x + b


# %%
def mse(y_pred, y):
    return ((y_pred - y) ** 2).mean()


# %%
def gradients_by_hand(x, y, w, b):
    n = len(x)
    sum_w, sum_b = 0.0, 0.0
    for xi, yi in zip(x, y):
        miss = yi - (w * xi + b)
        sum_w = sum_w - 2 * xi * miss
        sum_b = sum_b - 2 * miss
    return sum_w / n, sum_b / n


# %%
def gradients_by_autograd(x, y, w, b):
    w = w.detach().clone().requires_grad_(True)
    b = b.detach().clone().requires_grad_(True)
    loss = mse(predict(x.detach(), w, b), y.detach())
    loss.backward()
    return w.grad, b.grad


# %%
def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    x, y = x.detach(), y.detach()
    w = torch.tensor(0.0, dtype=x.dtype, requires_grad=True)
    b = torch.tensor(0.0, dtype=x.dtype, requires_grad=True)
    history = []
    for _ in range(epochs):
        loss = mse(predict(x, w, b), y)
        history.append(loss.item())
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad
        w.grad.zero_()
        b.grad.zero_()
    return w.detach(), b.detach(), history


# %%
def plot_fit(x, y, w, b, losses):
    px, py = x.detach().numpy(), y.detach().numpy()
    slope, offset = float(w), float(b)
    ends = np.linspace(px.min(), px.max(), 50)
    fig = plt.figure()
    top = fig.add_subplot(2, 1, 1)
    top.plot(px, py, "k.")
    top.plot(ends, slope * ends + offset, "b-")
    top.set(title="least squares", xlabel="input", ylabel="output")
    bottom = fig.add_subplot(2, 1, 2)
    bottom.plot(range(len(losses)), losses)
    bottom.set(title="training", xlabel="epoch", ylabel="mean squared error")
    fig.tight_layout()
    return fig
