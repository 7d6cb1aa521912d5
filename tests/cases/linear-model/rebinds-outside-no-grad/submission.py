import torch


class Linear:
    def __init__(self, n_in, n_out):
        self.w = torch.ones(n_in, n_out, requires_grad=True)
        self.b = torch.zeros(1, n_out, requires_grad=True)
        self.params = [self.w, self.b]

    def forward(self, x):
        return (x @ self.w + self.b).detach()


def step(X, y, model, lr=0.1):
    loss = ((model.forward(X).squeeze() - y) ** 2).mean()
    loss.backward()
    for p in model.params:
        p -= lr * p.grad
        p.grad = None
    return loss
