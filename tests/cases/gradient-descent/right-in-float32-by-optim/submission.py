import torch
from matplotlib.figure import Figure


def minimize(f, x0, lr, steps):
    x = torch.tensor(float(x0), requires_grad=True)
    opt = torch.optim.SGD([x], lr=lr)
    history = torch.zeros(2, steps)
    for k in range(steps):
        opt.zero_grad()
        loss = f(x)
        history[0, k], history[1, k] = x.detach(), loss.detach()
        loss.backward()
        opt.step()
    return [x.detach(), history[0], history[1]]


def plot_descent(history_x, history_f):
    fig = Figure()
    top = fig.add_subplot(211, title="path", xlabel="step", ylabel="x")
    bottom = fig.add_subplot(212, title="loss", xlabel="step", ylabel="f")
    top.plot(torch.tensor(history_x, dtype=torch.float64), "o")
    bottom.plot(torch.tensor(history_f, dtype=torch.float64), "o-")
    return fig
