# dL_dW is transposed.

# %%
import torch

# %% tags=["partial-derivatives"]
x = torch.tensor(1.0, requires_grad=True)
y = torch.tensor(2.0, requires_grad=True)
f = 2 * x**2 + x * y + 3 * y**2
f.backward()
df_dx, df_dy = x.grad, y.grad

# %% tags=["accumulation"]
x = torch.tensor(3.0, requires_grad=True)
(x**2).backward()
first = x.grad.clone()
(x**3).backward()
accumulated = x.grad.clone()
x.grad.zero_()
(x**3).backward()
after_reset = x.grad.clone()

# %% tags=["matrix-gradients"]
W = torch.tensor([[1.0, 2.0, -1.0], [0.5, -3.0, 2.0]])
x = torch.tensor([1.0, -2.0, 3.0])
y_hat = W @ x
dL_dW = 2 * torch.outer(x, y_hat)
dL_dx = 2 * W.T @ y_hat

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
