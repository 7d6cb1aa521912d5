# The losses are recorded after the updates.

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
    e = w * x + b - y
    n = len(x)
    return 2 / n * (e * x).sum(), 2 / n * e.sum()


# %%
def gradients_by_autograd(x, y, w, b):
    w = w.detach().clone().requires_grad_(True)
    b = b.detach().clone().requires_grad_(True)
    loss = mse(predict(x, w, b), y)
    return torch.autograd.grad(loss, (w, b))


# %%
def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    x, y = x.detach(), y.detach()
    w, b = w0, b0
    losses = []
    for _ in range(epochs):
        e = w * x + b - y
        w, b = w - lr * 2 * (e * x).mean().item(), b - lr * 2 * e.mean().item()
        losses.append((w * x + b - y).square().mean().item())
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
