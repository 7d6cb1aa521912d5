# forward subtracts the bias.

# %%
import torch


# %%
class Linear:
    def __init__(self, n_in, n_out):
        self.w = torch.empty(n_in, n_out).uniform_(-1, 1).requires_grad_()
        self.b = torch.zeros(n_out).requires_grad_()
        self.params = [self.w, self.b]

    def forward(self, x):
        return torch.einsum("ij,jk->ik", x, self.w) - self.b


# %%
def step(X, y, model, lr=0.1):
    y_hat = model.forward(X).squeeze(-1)
    loss = ((y_hat - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        for p in model.params:
            p -= lr * p.grad
            p.grad.zero_()
    return loss.item()
