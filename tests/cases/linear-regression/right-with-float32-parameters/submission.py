import matplotlib.pyplot as plt
import torch


def predict(x, w, b):
    return w * x + b


def mse(y_pred, y):
    return torch.mean((y_pred - y) ** 2)


def gradients_by_hand(x, y, w, b):
    error = predict(x, w, b) - y
    return 2 * (error * x).mean(), 2 * error.mean()


def gradients_by_autograd(x, y, w, b):
    w, b = w.detach().clone().requires_grad_(), b.detach().clone().requires_grad_()
    mse(predict(x, w, b), y).backward()
    return w.grad, b.grad


def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    x, y = x.float(), y.float()
    w = torch.tensor([w0], requires_grad=True)
    b = torch.tensor([b0], requires_grad=True)
    losses = []
    for _ in range(epochs):
        loss = ((x.view(-1, 1) * w + b - y.view(-1, 1)) ** 2).mean()
        dw, db = torch.autograd.grad(loss, [w, b])
        losses.append(loss.item())
        w.data -= lr * dw
        b.data -= lr * db
    return w.item(), b.item(), torch.tensor(losses)


def plot_fit(x, y, w, b, losses):
    fig, (left, right) = plt.subplots(1, 2, figsize=(8, 3))
    left.plot(x, y, "o", label="data")
    left.plot(x, w * x + b, "r-", label="fit")
    left.set_title("Fit")
    left.set_xlabel("x")
    left.set_ylabel("y")
    right.plot(range(len(losses)), losses)
    right.set_title("Loss")
    right.set_xlabel("epoch")
    right.set_ylabel("loss")
    return fig
