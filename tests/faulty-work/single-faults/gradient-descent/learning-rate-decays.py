# The learning rate shrinks with the number of the step.

# %%
import matplotlib.pyplot as plt
import torch


# %%
def minimize(f, x0, lr, steps):
    x = x0.detach().clone()
    grad = torch.func.grad(f)
    xs, losses = [], []
    for k in range(steps):
        xs.append(x.item())
        losses.append(f(x).item())
        x = x - lr / (k + 1) * grad(x)
    return x, xs, losses


# %%
def plot_descent(history_x, history_f):
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
    left.plot(history_x, marker="o")
    left.set(title="Path", xlabel="iteration", ylabel="x")
    right.plot(history_f)
    right.set(title="Loss", xlabel="iteration", ylabel="f(x)")
    return fig
