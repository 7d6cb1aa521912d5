# history_x holds the same tensor again and again, which changes with every step.

# %%
import matplotlib.pyplot as plt
import torch


# %%
def minimize(f, x0, lr, steps):
    x = x0.detach().clone().requires_grad_(True)
    history_x, history_f = [], []
    for _ in range(steps):
        history_x.append(x.detach())
        y = f(x)
        history_f.append(y.detach())
        y.backward()
        with torch.no_grad():
            x -= lr * x.grad
            x.grad.zero_()
    return x.detach(), history_x, history_f


# %%
def plot_descent(history_x, history_f):
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
    left.plot(history_x, marker="o")
    left.set(title="Path", xlabel="iteration", ylabel="x")
    right.plot(history_f)
    right.set(title="Loss", xlabel="iteration", ylabel="f(x)")
    return fig
