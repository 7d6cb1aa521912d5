# The sum of W x is squared instead of its entries.

# %%
import torch

# %% tags=["partial-derivatives"]
def f(s, t):
    return 2 * s * s + s * t + 3 * t * t


point = (torch.tensor(1.0), torch.tensor(2.0))
df_dx, df_dy = (g.item() for g in torch.func.grad(f, argnums=(0, 1))(*point))

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
W = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True)
x = torch.tensor([1.0, -1.0, 2.0], requires_grad=True)
L = (W @ x).sum() ** 2
L.backward()
dL_dW, dL_dx = W.grad, x.grad

# %%
torch.manual_seed(0)
x = torch.randn(100)
y = 3 * x + 2 + 0.5 * torch.randn(100)

# %% tags=["training"]
p = torch.zeros(2, requires_grad=True)
losses = []
for _ in range(300):
    loss = (p[0] * x + p[1] - y).square().mean()
    (g,) = torch.autograd.grad(loss, p)
    losses.append(float(loss))
    p = (p - 0.05 * g).detach().requires_grad_(True)
w, b = p[0].item(), p[1].item()
