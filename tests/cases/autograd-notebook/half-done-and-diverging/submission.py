# %%
import torch

# %% tags=["partial-derivatives"]
x = torch.tensor(1.0, requires_grad=True)
y = torch.tensor(2.0, requires_grad=True)
(2 * x**2 + x * y + 3 * y**2).backward()
df_dx = x.grad

# %% tags=["accumulation"]
x = torch.tensor(3.0, requires_grad=True)
(x**2).backward()
first = x.grad.clone()
(x**3).backward()
accumulated = x.grad.clone()
(x**3).backward()
after_reset = x.grad.clone()

# %% tags=["matrix-gradients"]
W = torch.zeros(2, 3)
x = torch.zeros(3)
dL_dW, dL_dx = torch.zeros(2, 3), torch.zeros(3)

# %%
torch.manual_seed(0)
x = torch.randn(100)
y = 3 * x + 2 + 0.5 * torch.randn(100)

# %% tags=["training"]
w, b = torch.tensor(0.0, requires_grad=True), torch.tensor(0.0, requires_grad=True)
losses = []
for _ in range(200):
    loss = ((w * x + b - y) ** 2).mean()
    losses.append(loss.item())
    loss.backward()
    with torch.no_grad():
        w -= 1.5 * w.grad
        b -= 1.5 * b.grad
    w.grad = b.grad = None
