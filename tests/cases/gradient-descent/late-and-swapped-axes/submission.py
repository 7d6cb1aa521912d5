import matplotlib.pyplot as plt
import torch


def minimize(f, x0, lr, steps):
    x = x0.clone().detach().requires_grad_(True)
    history_x, history_f = [], []
    for _ in range(steps):
        (g,) = torch.autograd.grad(f(x), x)
        x = (x - lr * g).detach().requires_grad_()
        history_x.append(x.item())
        history_f.append(f(x).item())
    return x, history_x, history_f


def plot_descent(history_x, history_f):
    fig, (a, b) = plt.subplots(1, 2)
    a.plot(history_f)
    b.plot(history_x)
    a.set(title="loss", xlabel="iteration", ylabel="f")
    b.set(title="path", xlabel="iteration", ylabel="x")
    return fig
