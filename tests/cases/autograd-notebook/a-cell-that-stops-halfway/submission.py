# %%
import torch

# %% tags=["partial-derivatives"]
x, y = torch.tensor(1.0, requires_grad=True), torch.tensor(2.0, requires_grad=True)
f = 2 * x**2 + x * y + 3 * y**2
f.backward(retain_graph=True)
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
after_reset = x.gard.clone()

# %% tags=["matrix-gradients"]
x = torch.tensor([1.0, -2.0, 0.5])
dL_dW, dL_dx = torch.zeros(2, 3), torch.zeros(3)
