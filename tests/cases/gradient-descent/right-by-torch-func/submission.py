import matplotlib.pyplot as plt
from torch.func import grad_and_value


def minimize(f, x0, lr, steps):
    slope_and_value = grad_and_value(f)
    path = [x0.detach()]
    values = []
    while len(values) < steps:
        slope, value = slope_and_value(path[-1])
        values.append(float(value))
        path.append(path[-1] - lr * slope)
    return path[-1], tuple(path[:-1]), tuple(values)


def plot_descent(history_x, history_f):
    figure, (left, right) = plt.subplots(ncols=2)
    left.plot(history_x, history_f, ".-")
    left.plot(history_x[0], history_f[0], "go", label="start")
    left.legend()
    left.set(title="path", xlabel="$x$", ylabel="$f(x)$")
    right.semilogy(history_f)
    right.set(title="loss", xlabel="iteration", ylabel="$f(x)$")
    plt.close(figure)
    return figure
