# The learning rate is so large that the loss grows.

# %%
import torch

# %% tags=["partial-derivatives"]
def f(s, t):
    return 2 * s * s + s * t + 3 * t * t


point = (torch.tensor(1.0), torch.tensor(2.0))
df_dx, df_dy = (g.item() for g in torch.func.grad(f, argnums=(0, 1))(*point))

# %% tags=["accumulation"]
leaf = torch.tensor(3.0, requires_grad=True)
readings = []
for power, reset in ((2, False), (3, False), (3, True)):
    if reset:
        leaf.grad = None
    leaf.pow(power).backward()
    readings.append(leaf.grad.item())
first, accumulated, after_reset = readings

# %% tags=["matrix-gradients"]
W = torch.tensor([[1.0, -2.0, 0.5], [3.0, 1.0, -1.0]], requires_grad=True)
x = torch.tensor([2.0, 1.0, -3.0], requires_grad=True)
L = ((W @ x) ** 2).sum()
L.backward()
dL_dW, dL_dx = W.grad, x.grad

# %%
torch.manual_seed(0)
x = torch.randn(100)
y = 3 * x + 2 + 0.5 * torch.randn(100)

# %% tags=["training"]
w = torch.zeros((), requires_grad=True)
b = torch.zeros((), requires_grad=True)
losses = []
for epoch in range(30):
    loss = ((w * x + b - y) ** 2).mean()
    losses.append(loss.item())
    gw, gb = torch.autograd.grad(loss, (w, b))
    with torch.no_grad():
        w -= 1.5 * gw
        b -= 1.5 * gb
