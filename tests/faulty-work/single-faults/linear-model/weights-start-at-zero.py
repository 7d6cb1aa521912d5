"""w starts with zeros instead of random numbers."""

import torch


class Linear:
    def __init__(self, n_in, n_out):
        self.params = [torch.zeros(n_in, n_out), torch.zeros(n_out)]
        for p in self.params:
            p.requires_grad_(True)
        self.w, self.b = self.params

    def forward(self, x):
        return x @ self.w + self.b


def step(X, y, model, lr=0.1):
    y_hat = model.forward(X).squeeze(-1)
    loss = ((y_hat - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        for p in model.params:
            p -= lr * p.grad
            p.grad.zero_()
    return loss.item()
