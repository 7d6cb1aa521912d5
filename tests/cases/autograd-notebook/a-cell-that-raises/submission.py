# %%
import torch

# %% tags=["partial-derivatives"]
x = torch.tensor(1, requires_grad=True)
y = torch.tensor(2, requires_grad=True)
(2 * x**2 + x * y + 3 * y**2).backward()
df_dx, df_dy = x.grad, y.grad

# %%
# This cell has lost its tag.
x = torch.tensor(3.0, requires_grad=True)
(x**2).backward()
first = accumulated = after_reset = 27.0

# %% tags=["matrix-gradients"]
W = torch.randn(3, 3, requires_grad=True)
x = torch.randn(3, requires_grad=True)
(W @ x).pow(2).sum().backward()
dL_dW, dL_dx = W.grad, x.grad
print(undefined)

# %%
torch.manual_seed(0)
x = torch.randn(100)
y = 3 * x + 2 + 0.5 * torch.randn(100)

# %% tags=["training"]
w, b, losses = 3.0, 2.0, [5.0, 1.0]
W = x = dL_dW = None
