"""The loss after the update is returned instead of the one before it."""

import torch


class Linear:
    def __init__(self, n_in, n_out):
        self.w = torch.randn(n_in, n_out, requires_grad=True)
        self.b = torch.zeros(n_out, requires_grad=True)
        self.params = [self.w, self.b]

    def forward(self, x):
        return x @ self.w + self.b


def step(X, y, model, lr=0.1):
    prediction = model.forward(X)[:, 0]
    error = prediction - y
    mse = error.dot(error) / len(y)
    gradients = torch.autograd.grad(mse, model.params)
    with torch.no_grad():
        for parameter, gradient in zip(model.params, gradients):
            parameter.sub_(lr * gradient)
        mse = (model.forward(X)[:, 0] - y).square().mean()
    return mse.detach()
