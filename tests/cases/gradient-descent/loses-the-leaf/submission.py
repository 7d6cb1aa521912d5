def minimize(f, x0, lr, steps):
    x = x0.clone().detach().requires_grad_(True)
    history_x, history_f = [], []
    for _ in range(steps):
        y = f(x)
        history_x.append(x.item())
        history_f.append(y.item())
        y.backward()
        x = x - lr * x.grad
    return x, history_x, history_f


def plot_descent(history_x, history_f): ...
