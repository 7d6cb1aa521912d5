import torch


def minimize(f, x0, lr, steps):
    x = x0.requires_grad_()
    history_x, history_f = [], []
    for _ in range(steps):
        y = f(x)
        history_x.append(x.item())
        history_f.append(y.item())
        x.grad = None
        y.backward()
        with torch.no_grad():
            x -= lr * x.grad
    return x.detach().clone(), history_x, history_f


def plot_descent(history_x, history_f):
    return history_x, history_f
