import matplotlib.pyplot as plt
import torch


def minimize(f, x0, lr, steps):
    x = x0.clone().detach().requires_grad_(True)
    history_x, history_f = [], []
    for _ in range(steps):
        y = f(x)
        history_x.append(x)
        history_f.append(y)
        y.backward()
        with torch.no_grad():
            x -= lr * x.grad
        x.grad = None
    return x, history_x, history_f


def plot_descent(history_x, history_f):
    fig, (a, b) = plt.subplots(1, 2)
    a.plot(history_x)
    b.plot(history_f)
    a.set_title("path")
    b.set_title("loss")
    return fig
