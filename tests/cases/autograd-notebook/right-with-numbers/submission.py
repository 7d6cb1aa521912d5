# %%
import numpy as np
import torch

# %% tags=["partial-derivatives"]
p = torch.tensor([1.0, 2.0], requires_grad=True)
(2 * p[0] ** 2 + p.prod() + 3 * p[1] ** 2).backward()
df_dx, df_dy = p.grad.tolist()


# %%
def pass_through(leaf, power):
    (leaf**power).backward()
    return float(leaf.grad)


# %% tags=["accumulation"]
x = torch.tensor(3.0, requires_grad=True)
first, accumulated = pass_through(x, 2), pass_through(x, 3)
x.grad.zero_()
after_reset = pass_through(x, 3)

# %% tags=["matrix-gradients"]
W = np.array([[0.1, -0.7], [2.5, 0.3], [1.0, 1.0]])
x = np.array([0.9, -0.2])
W_, x_ = torch.tensor(W, requires_grad=True), torch.tensor(x, requires_grad=True)
((W_ @ x_) ** 2).sum().backward()
dL_dW, dL_dx = W_.grad.numpy(), x_.grad.numpy()

# %%
torch.manual_seed(0)
x = torch.randn(100)
y = 3 * x + 2 + 0.5 * torch.randn(100)

# %% tags=["training"]
params = torch.randn(2, requires_grad=True)
losses = []
for _ in range(1000):
    loss = torch.mean((params[0] * x + params[1] - y) ** 2)
    (g,) = torch.autograd.grad(loss, params)
    params = (params - 0.02 * g).detach().requires_grad_()
    losses.append(float(loss))
losses = np.array(losses)
w, b = params.tolist()
