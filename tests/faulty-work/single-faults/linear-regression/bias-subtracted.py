# The bias is subtracted.

# %%
import matplotlib.pyplot as plt
import torch


# %%
def predict(x, w, b):
    return x * w - b


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
    def loss(slope, intercept):
        return ((slope * x.detach() + intercept - y.detach()) ** 2).mean()

    return torch.func.grad(loss, argnums=(0, 1))(w.detach(), b.detach())


# %%
def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    points = list(zip(x.tolist(), y.tolist()))
    n = len(points)
    w, b, losses = w0, b0, []
    for _ in range(epochs):
        errors = [w * p + b - q for p, q in points]
        losses.append(sum(e * e for e in errors) / n)
        dw = 2 * sum(e * p for e, (p, _q) in zip(errors, points)) / n
        db = 2 * sum(errors) / n
        w -= lr * dw
        b -= lr * db
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
