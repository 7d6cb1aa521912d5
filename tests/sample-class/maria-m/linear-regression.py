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
    error = predict(x, w, b) - y
    return 2 * (error * x).mean(), 2 * error.mean()

# %%
def gradients_by_autograd(x, y, w, b):
    w = w.detach().clone().requires_grad_()
     b = b.detach().clone().requires_grad_()
    mse(predict(x, w, b), y).backward()
    return w.grad, b.grad

# %%
def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    w = torch.tensor(w0, dtype=x.dtype, requires_grad=True)
    b = torch.tensor(b0, dtype=x.dtype, requires_grad=True)
    losses = []
    for _ in range(epochs):
        loss = mse(predict(x, w, b), y)
        losses.append(loss.item())
        dw, db = torch.autograd.grad(loss, (w, b))
        with torch.no_grad():
            w -= lr * dw
            b -= lr * db
    return w.detach(), b.detach(), losses

# %%
def plot_fit(x, y, w, b, losses):
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3))
    left.scatter(x, y)
    left.plot(x, predict(x, w, b), color="red")
    left.set_title("Data and fitted line")
    left.set_xlabel("x")
    left.set_ylabel("y")
    right.plot(losses)
    right.set_title("Loss by epoch")
    right.set_xlabel("epoch")
    right.set_ylabel("mean squared error")
    return figure
