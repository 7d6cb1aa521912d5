import torch


def minimize(f, x0, lr, steps):
    x = x0.clone().detach().requires_grad_(True)
    history_x, history_f = [x.item()], [f(x).item()]
    for _ in range(steps):
        f(x).backward()
        x.data -= lr * x.grad
        x.grad.zero_()
        history_x.append(x.item())
        history_f.append(f(x).item())
    return x, history_x, history_f


def plot_descent(history_x, history_f):
    raise NotImplementedError
