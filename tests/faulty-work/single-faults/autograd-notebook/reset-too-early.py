# The gradient is reset after the first pass already.

# %%
import torch

# %% tags=["partial-derivatives"]
def f(s, t):
    return 2 * s * s + s * t + 3 * t * t


point = (torch.tensor(1.0), torch.tensor(2.0))
df_dx, df_dy = (g.item() for g in torch.func.grad(f, argnums=(0, 1))(*point))

# %% tags=["accumulation"]
x = torch.tensor(3.0, requires_grad=True)
x.square().backward()
first = x.grad.clone()
x.grad = None
(x**3).backward()
accumulated = x.grad.clone()
x.grad = None
(x**3).backward()
after_reset = x.grad.clone()

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
