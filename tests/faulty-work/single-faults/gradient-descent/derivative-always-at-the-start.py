# The derivative is computed once at x0 and used for every step.

# %%
import matplotlib.pyplot as plt


# %%
def minimize(f, x0, lr, steps):
    start = x0.detach().clone().requires_grad_(True)
    f(start).backward()
    slope = start.grad
    x = start.detach()
    history_x, history_f = [], []
    for _ in range(steps):
        history_x.append(float(x))
        history_f.append(float(f(x)))
        x = x - lr * slope
    return x, history_x, history_f


# %%
def plot_descent(history_x, history_f):
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
    left.plot(history_x, marker="o")
    left.set(title="Path", xlabel="iteration", ylabel="x")
    right.plot(history_f)
    right.set(title="Loss", xlabel="iteration", ylabel="f(x)")
    return fig
