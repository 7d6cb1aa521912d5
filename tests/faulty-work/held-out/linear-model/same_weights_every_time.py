"""A manual seed in the constructor gives every model the same weights."""

import torch


class Linear:
    def __init__(self, n_in, n_out):
        torch.manual_seed(42)
        self.n_in = n_in
        self.n_out = n_out
        self.w = 0.1 * torch.randn((n_in, n_out))
        self.w.requires_grad = True
        self.b = 0.1 * torch.randn((n_out,))
        self.b.requires_grad = True
        self.params = [self.w, self.b]

    def forward(self, x):
        out = torch.matmul(x, self.w)
        out = out + self.b.reshape(1, -1)
        return out


def step(X, y, model, lr=0.1):
    prediction = model.forward(X)[:, 0]
    error = prediction - y
    mse = error.dot(error) / len(y)
    gradients = torch.autograd.grad(mse, model.params)
    with torch.no_grad():
        for parameter, gradient in zip(model.params, gradients):
            parameter.sub_(lr * gradient)
    return mse.detach()
