# %%
import torch

torch.set_default_dtype(torch.float64)

# %% tags=["partial-derivatives"]
f = lambda x, y: 2 * x**2 + x * y + 3 * y**2
df_dx, df_dy = torch.func.grad(f, argnums=(0, 1))(torch.tensor(1.0), torch.tensor(2.0))

# %% tags=["accumulation"]
leaf = torch.tensor(3.0, requires_grad=True)
(leaf**2).backward()
first = leaf.grad.item()
(leaf**3).backward()
accumulated = leaf.grad.item()
leaf.grad = None
(leaf**3).backward()
after_reset = leaf.grad.item()

# %% tags=["matrix-gradients"]
W, x = torch.randn(4, 2), torch.randn(2)
dL_dW, dL_dx = torch.func.grad(lambda W, x: (W @ x).square().sum(), argnums=(0, 1))(W, x)

# %%
torch.manual_seed(1)
x = torch.randn(100)
y = 3 * x + 2 + 0.5 * torch.randn(100)

# %% tags=["training"]
model = torch.nn.Linear(1, 1)
optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
losses = []
for _ in range(150):
    optimiser.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x[:, None]).squeeze(), y)
    loss.backward()
    optimiser.step()
    losses.append(loss.detach())
w, b = model.weight, model.bias

# %%
torch.set_default_dtype(torch.float32)
