"""The loss after the update is returned."""

import torch


class Linear:
    """X·w + b with tensors of its own."""

    def __init__(self, n_in, n_out):
        w = 0.1 * torch.rand(n_in, n_out)
        b = torch.rand(n_out)
        self.params = [w.requires_grad_(), b.requires_grad_()]
        self.w, self.b = self.params

    def forward(self, x):
        return torch.einsum("ni,io->no", x, self.w) + self.b


def step(X, y, model, lr=0.1):
    def mse():
        return (model.forward(X).squeeze(1) - y).square().mean()

    mse().backward()
    with torch.no_grad():
        for p in model.params:
            p.sub_(lr * p.grad)
            p.grad = None
        return mse().item()
