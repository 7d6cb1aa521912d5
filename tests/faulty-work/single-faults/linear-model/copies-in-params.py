"""params holds copies of w and b."""

import torch


class Linear:
    def __init__(self, n_in, n_out):
        self.w = torch.randn(n_in, n_out, requires_grad=True)
        self.b = torch.randn(n_out, requires_grad=True)
        self.params = [t.detach().clone().requires_grad_(True) for t in (self.w, self.b)]

    def forward(self, x):
        return x.matmul(self.w).add(self.b)


def step(X, y, model, lr=0.1):
    error = model.forward(X)[:, 0] - y
    loss = error.dot(error) / len(y)
    gradients = torch.autograd.grad(loss, model.params)
    for parameter, gradient in zip(model.params, gradients):
        parameter.data.sub_(lr * gradient)
    return loss.detach()
