# The step carries momentum 0.9.

# %%
import matplotlib.pyplot as plt
import torch


# %%
def minimize(f, x0, lr, steps):
    leaf = x0.clone().detach().requires_grad_(True)
    sgd = torch.optim.SGD([leaf], lr=lr, momentum=0.9)
    points, values = [], []
    for _ in range(steps):
        loss = f(leaf)
        points.append(leaf.item())
        values.append(loss.item())
        sgd.zero_grad()
        loss.backward()
        sgd.step()
    return leaf.detach(), points, values


# %%
def plot_descent(history_x, history_f):
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
    left.plot(history_x, marker="o")
    left.set(title="Path", xlabel="iteration", ylabel="x")
    right.plot(history_f)
    right.set(title="Loss", xlabel="iteration", ylabel="f(x)")
    return fig
