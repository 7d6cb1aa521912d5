"""The learning rate is hard-coded to 0.1."""

import torch


class Linear:
    def __init__(self, n_in, n_out):
        self.w = torch.randn(n_in, n_out, requires_grad=True)
        self.b = torch.zeros(n_out, requires_grad=True)
        self.params = [self.w, self.b]

    def forward(self, x):
        return x @ self.w + self.b


def step(X, y, model, lr=0.1):
    loss = ((y - model.forward(X)[:, 0]) ** 2).mean()
    gradients = torch.autograd.grad(loss, model.params)
    with torch.no_grad():
        for p, g in zip(model.params, gradients):
            p -= 0.1 * g
    return loss.item()
