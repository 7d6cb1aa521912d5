# %%
import torch

# %% tags=["partial-derivatives"]
x = torch.tensor(1.0, requires_grad=True)
y = torch.tensor(2.0, requires_grad=True)
(2 * x**2 + x * y + 3 * y**2).backward()
df_dy, df_dx = x.grad, y.grad

# %% tags=["accumulation"]
x = torch.tensor(3.0, requires_grad=True)
(x**2).backward()
first = x.grad
(x**3).backward()
accumulated = x.grad
x.grad.zero_()
(x**3).backward()
after_reset = x.grad

# %% tags=["matrix-gradients"]
W = torch.randn(2, 3)
x = torch.randn(3)
dL_dW = 2 * torch.outer(x, W @ x)
dL_dx = 2 * W.T @ (W @ x)

# %%
torch.manual_seed(0)
x = torch.randn(100)
y = 3 * x + 2 + 0.5 * torch.randn(100)

# %% tags=["training"]
# The bias is never updated.
w, b = torch.tensor(0.0, requires_grad=True), torch.tensor(0.0, requires_grad=True)
losses = []
for _ in range(200):
    loss = ((w * x + b - y) ** 2).mean()
    losses.append(loss.item())
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad = None
