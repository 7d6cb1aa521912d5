# %%
import torch

# %% tags=["partial-derivatives"]
df_dx, df_dy = 6.0, 13.0

# %% tags=["accumulation"]
first, accumulated, after_reset = torch.tensor(6.0), torch.tensor(33.0), torch.tensor(27.0)

# %% tags=["matrix-gradients"]
W, x = torch.randn(3, 2, requires_grad=True), torch.randn(2, requires_grad=True)
(W @ x).pow(2).sum().backward()
dL_dW, dL_dx = W.grad, x.grad

# %%
torch.manual_seed(0)
x = torch.randn(100)
y = 3 * x + 2 + 0.5 * torch.randn(100)

# %% tags=["training"]
w, b, losses = 3.0, 2.0, [3.0, 2.0, 1.0]
