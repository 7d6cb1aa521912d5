import torch


class Linear:
    def __init__(self, n_in, n_out):
        self.w = torch.randn(n_in, n_out, requires_grad=True)
        self.b = torch.zeros(n_out, requires_grad=True)
        self.params = [self.b, self.w]

    def forward(self, x):
        return x @ self.w + self.b


def step(X, y, model, lr=0.1):
    loss = ((model.forward(X).squeeze() - y) ** 2).mean()
    loss.backward()
    for p in model.params:
        p.data -= lr * p.grad
    return loss.item()
