"""w is scaled after requires_grad was set, so it is no leaf any more."""

import torch


class Linear:
    def __init__(self, n_in, n_out):
        self.w = torch.randn(n_in, n_out, requires_grad=True) * 0.1
        self.b = torch.zeros(n_out, requires_grad=True)
        self.params = [self.w, self.b]

    def forward(self, x):
        return x @ self.w + self.b


def step(X, y, model, lr=0.1):
    loss = ((model.forward(X).squeeze(1) - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        for p in model.params:
            p -= lr * p.grad
            p.grad.zero_()
    return loss.item()
