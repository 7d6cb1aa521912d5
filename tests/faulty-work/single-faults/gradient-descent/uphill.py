# The step goes up the slope.

# %%
import matplotlib.pyplot as plt


# %%
def minimize(f, x0, lr, steps):
    x = x0.clone().detach().requires_grad_(True)
    hx, hf = [], []
    for _ in range(steps):
        hx.append(x.item())
        loss = f(x)
        hf.append(loss.item())
        loss.backward()
        x.data += lr * x.grad
        x.grad = None
    return x.detach(), hx, hf


# %%
def plot_descent(history_x, history_f):
    fig = plt.figure(figsize=(8, 6))
    ax = fig.add_subplot(2, 1, 1)
    ax.plot(history_x, history_f, "o-")
    ax.set_title("The way down")
    ax.set_xlabel("x")
    ax.set_ylabel("f(x)")
    bx = fig.add_subplot(2, 1, 2)
    bx.plot(range(len(history_f)), history_f, "r-")
    bx.set_title("Loss by iteration")
    bx.set_xlabel("iteration")
    bx.set_ylabel("loss")
    return fig
