# %%
import torch
from torch.autograd import grad


def fit(x, y, steps):
    line = torch.nn.Linear(1, 1)
    optimiser = torch.optim.Adam(line.parameters(), lr=0.1)
    seen = []
    for _ in range(steps):
        optimiser.zero_grad()
        loss = torch.nn.functional.mse_loss(line(x[:, None])[:, 0], y)
        loss.backward()
        optimiser.step()
        seen.append(loss.detach())
    return line.weight.item(), line.bias.item(), seen


# %%
x, y = (torch.tensor(value, requires_grad=True) for value in (1.0, 2.0))
slopes = grad(2 * x**2 + x * y + 3 * y**2, (x, y))

# %% tags=["partial-derivatives"]
df_dx, df_dy = (slope.item() for slope in slopes)

# %% tags=["accumulation"]
slope = torch.func.grad(lambda x: x**2)(torch.tensor(3.0)).item()
again = torch.autograd.functional.jacobian(lambda x: x**3, torch.tensor(3.0)).item()
first, accumulated, after_reset = slope, slope + again, again

# %% tags=["matrix-gradients"]
W, x = torch.arange(12.0).reshape(3, 4), torch.tensor([1.0, -2.0, 0.5, 3.0])
dL_dW, dL_dx = 2 * torch.outer(W @ x, x), 2 * W.T @ (W @ x)

# %%
torch.manual_seed(0)
x = torch.randn(100)
y = 3 * x + 2 + 0.5 * torch.randn(100)

# %% tags=["training"]
w, b, losses = fit(x, y, 300)
