import torch


class Linear(torch.nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.w = torch.nn.Parameter(torch.empty(n_in, n_out).normal_())
        self.b = torch.nn.Parameter(torch.zeros(n_out))
        self.params = [self.w, self.b]

    def forward(self, x):
        return x.mm(self.w) + self.b


@torch.no_grad()
def step(X, y, model, lr=0.1):
    w, b = model.params
    error = model.forward(X)[:, 0] - y
    w -= lr * 2 * (X.T @ error / len(y))[:, None]
    b -= lr * 2 * error.mean()
    return (error**2).mean()
