"""A ReLU is applied to the prediction."""

import torch


class Linear:
    def __init__(self, n_in, n_out):
        self.w = torch.randn(n_in, n_out, requires_grad=True)
        self.b = torch.zeros(n_out, requires_grad=True)
        self.params = [self.w, self.b]

    def forward(self, x):
        z = x @ self.w + self.b
        return z.clamp(min=0)


def step(X, y, model, lr=0.1):
    for p in model.params:
        p.grad = None
    residual = y - model.forward(X).reshape(-1)
    loss = torch.mean(residual.pow(2))
    loss.backward()
    with torch.no_grad():
        for p in model.params:
            p.add_(p.grad, alpha=-lr)
    for p in model.params:
        p.grad = None
    return float(loss)
