import torch
from torch import nn


class Linear:
    def __init__(self, n_in, n_out):
        self.w = torch.randn(n_in, n_out, requires_grad=True)
        self.b = torch.zeros(n_out, requires_grad=True)
        self.params = [self.w, self.b]

    def forward(self, x):
        return nn.functional.linear(x, self.w.T, self.b)


def step(X, y, model, lr=0.1):
    optimizer = torch.optim.SGD(model.params, lr=lr)
    loss = nn.MSELoss()(model.forward(X).squeeze(1), y)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()
