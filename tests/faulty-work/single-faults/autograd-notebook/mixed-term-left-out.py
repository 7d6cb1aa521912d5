# The mixed term xy is left out of f.

# %%
import torch

# %% tags=["partial-derivatives"]
x = torch.tensor(1.0, requires_grad=True)
y = torch.tensor(2.0, requires_grad=True)
f = 2 * x**2 + 3 * y**2
f.backward()
df_dx = x.grad
df_dy = y.grad

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
W = torch.arange(1.0, 13.0, dtype=torch.float64).reshape(4, 3) / 5
x = torch.tensor([0.5, -1.5, 2.0], dtype=torch.float64)
out = W @ x
dL_dW = 2 * torch.outer(out, x)
dL_dx = 2 * out @ W

# %%
torch.manual_seed(0)
x = torch.randn(100)
y = 3 * x + 2 + 0.5 * torch.randn(100)

# %% tags=["training"]
w = torch.zeros(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
losses = []
for epoch in range(200):
    loss = ((w * x + b - y) ** 2).mean()
    losses.append(loss.item())
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
        b -= 0.1 * b.grad
    w.grad.zero_()
    b.grad.zero_()
