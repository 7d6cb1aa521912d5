# %% [markdown]
# # Linear regression with torch.func

# %%
import matplotlib.pyplot as plt
import torch
from torch.func import grad, grad_and_value

# %%
def predict(x, w, b):
    return torch.addcmul(b, x, w)

# %%
def mse(y_pred, y):
    return (y_pred - y).pow(2).mean()

# %%
def loss(w, b, x, y):
    return mse(predict(x, w, b), y)

# %%
def gradients_by_hand(x, y, w, b):
    residual = w * x + b - y
    design = torch.stack([x, torch.ones_like(x)])
    dw, db = 2 / len(x) * design @ residual
    return dw, db

# %%
def gradients_by_autograd(x, y, w, b):
    return grad(loss, argnums=(0, 1))(w, b, x, y)

# %%
def fit(x, y, lr, epochs, w0=0.0, b0=0.0):
    w, b = x.new_tensor(w0), x.new_tensor(b0)
    losses = []
    for _ in range(epochs):
        (dw, db), value = grad_and_value(loss, argnums=(0, 1))(w, b, x, y)
        losses.append(float(value))
        w, b = w - lr * dw, b - lr * db
    return w, b, losses

# %%
def plot_fit(x, y, w, b, losses):
    fig, axes = plt.subplots(2)
    axes[0].scatter(x.numpy(), y.numpy(), s=8)
    axes[0].plot(x.numpy(), (w * x + b).numpy(), "k-")
    axes[0].set_title("least squares")
    axes[0].set_xlabel("x")
    axes[0].set_ylabel("y")
    axes[1].plot(losses)
    axes[1].set_title("training")
    axes[1].set_xlabel("epoch")
    axes[1].set_ylabel("loss")
    fig.tight_layout()
    return fig
