# The gradient of b is a sum where it should be a mean.

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
    error = w * x + b - y
    grad_w = 2 * (error * x).mean()
    grad_b = 2 * error.sum()
    return grad_w, grad_b


# %%
def gradients_by_autograd(x, y, w, b):
    def loss(slope, intercept):
        return ((slope * x.detach() + intercept - y.detach()) ** 2).mean()

    return torch.func.grad(loss, argnums=(0, 1))(w.detach(), b.detach())


# %%
def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    params = torch.tensor([w0, b0], dtype=torch.float64, requires_grad=True)
    x, y = x.detach().double(), y.detach().double()
    losses = []
    for _ in range(epochs):
        loss = ((params[0] * x + params[1] - y) ** 2).mean()
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            params -= lr * params.grad
            params.grad.zero_()
    w, b = params.detach()
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
