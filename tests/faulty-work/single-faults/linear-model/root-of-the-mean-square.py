# The square root is taken of the mean squared error.

# %%
import torch


# %%
class Linear:
    def __init__(self, n_in, n_out):
        self.w = torch.randn(n_in, n_out, requires_grad=True)
        self.b = torch.zeros(n_out, requires_grad=True)
        self.params = [self.w, self.b]

    def forward(self, x):
        return x @ self.w + self.b


# %%
def step(X, y, model, lr=0.1):
    error = model.forward(X).squeeze(-1) - y
    loss = torch.sqrt((error**2).mean())
    loss.backward()
    with torch.no_grad():
        for p in model.params:
            p -= lr * p.grad
            p.grad.zero_()
    return loss.item()
