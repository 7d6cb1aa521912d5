# history_f holds the losses after each step.

# %%
import matplotlib.pyplot as plt
import torch


# %%
def minimize(f, x0, lr, steps):
    x = x0.detach().clone()
    history_x, history_f = [], []
    for _ in range(steps):
        history_x.append(x.clone())
        x = x - lr * torch.func.grad(f)(x)
        history_f.append(f(x))
    return x, history_x, history_f


# %%
def plot_descent(history_x, history_f):
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
    left.plot(history_x, marker="o")
    left.set(title="Path", xlabel="iteration", ylabel="x")
    right.plot(history_f)
    right.set(title="Loss", xlabel="iteration", ylabel="f(x)")
    return fig
