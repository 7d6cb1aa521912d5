# w and b are updated after every sample instead of once an epoch.

# %%
import matplotlib.pyplot as plt
import torch


# %%
def predict(x, w, b):
    return w * x + b


# %%
def mse(y_pred, y):
    errors = (y - y_pred).flatten()
    return errors.dot(errors) / errors.numel()


# %%
def gradients_by_hand(x, y, w, b):
    residual = predict(x, w, b) - y
    dw = 2 * torch.mean(residual * x)
    db = 2 * torch.mean(residual)
    return dw, db


# %%
def gradients_by_autograd(x, y, w, b):
    w = w.detach().clone().requires_grad_(True)
    b = b.detach().clone().requires_grad_(True)
    loss = mse(predict(x, w, b), y)
    return torch.autograd.grad(loss, (w, b))


# %%
def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    w, b = w0, b0
    xs, ys = x.tolist(), y.tolist()
    losses = []
    for _ in range(epochs):
        losses.append(sum((w * p + b - q) ** 2 for p, q in zip(xs, ys)) / len(xs))
        for p, q in zip(xs, ys):
            e = w * p + b - q
            w, b = w - lr * 2 * e * p / len(xs), b - lr * 2 * e / len(xs)
    return w, b, losses


# %%
def plot_fit(x, y, w, b, losses):
    x, y, w, b = x.detach(), y.detach(), float(w), float(b)
    fig, (ax, bx) = plt.subplots(1, 2, figsize=(10, 4))
    ax.scatter(x.numpy(), y.numpy(), label="data")
    ends = torch.tensor([x.min().item(), x.max().item()])
    ax.plot(ends.numpy(), (w * ends + b).numpy(), color="red", label="fit")
    ax.set(title="Data and line", xlabel="x", ylabel="y")
    ax.legend()
    bx.plot(losses)
    bx.set(title="Loss", xlabel="epoch", ylabel="mse")
    return fig
