# %%
import matplotlib.pyplot as plt
import torch

# %%
def predict(x, w, b):
    return w * x + b


def mse(y_pred, y):
    return ((y_pred - y) ** 2).mean()

# %%
def gradients_by_hand(x, y, w, b):
    error = y - predict(x, w, b)
    return 2 * (error * x).mean(), 2 * error.mean()

# %%
def gradients_by_autograd(x, y, w, b):
    w = w.detach().clone().requires_grad_()
    b = b.detach().clone().requires_grad_()
    mse(predict(x, w, b), y).backward()
    return w.grad, b.grad

# %%
def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    w = torch.tensor(w0, dtype=x.dtype)
    b = torch.tensor(b0, dtype=x.dtype)
    losses = []
    for _ in range(epochs):
        w = w - lr * 2 * ((predict(x, w, b) - y) * x).mean()
        b = b - lr * 2 * (predict(x, w, b) - y).mean()
        losses.append(mse(predict(x, w, b), y).item())
    return w, b, losses

# %%
def plot_fit(x, y, w, b, losses):
    plt.scatter(x, y)
    plt.plot(x, predict(x, w, b))
    plt.show()
