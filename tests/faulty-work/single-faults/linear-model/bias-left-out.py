"""forward leaves out the bias."""

import torch


class Linear:
    def __init__(self, n_in, n_out):
        self.w = torch.randn((n_in, n_out), requires_grad=True)
        self.b = torch.zeros(n_out, requires_grad=True)
        self.params = [self.w, self.b]

    def forward(self, x):
        return x @ self.w


def step(X, y, model, lr=0.1):
    error = model.forward(X)[:, 0] - y
    loss = error.dot(error) / len(y)
    gradients = torch.autograd.grad(loss, model.params)
    for parameter, gradient in zip(model.params, gradients):
        parameter.data.sub_(lr * gradient)
    return loss.detach()
