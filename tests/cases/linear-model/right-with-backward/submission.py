import torch


class Linear:
    def __init__(self, n_in, n_out):
        self.w = torch.randn((n_in, n_out)).requires_grad_()
        self.b = torch.randn(n_out).requires_grad_()
        self.params = [self.w, self.b]

    def forward(self, x):
        return x @ self.params[0] + self.params[1]


def step(X, y, model, lr=0.1):
    y_pred = model.forward(X)
    loss = ((y_pred.squeeze() - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        for p in model.params:
            p -= lr * p.grad
            p.grad.zero_()
    return loss
