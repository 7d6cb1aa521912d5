"""The bias is updated with the gradient at the weights already moved."""

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
    first_loss = None
    for p in model.params:
        loss = ((model.forward(X).squeeze(-1) - y) ** 2).mean()
        if first_loss is None:
            first_loss = loss.item()
        (g,) = torch.autograd.grad(loss, p)
        with torch.no_grad():
            p -= lr * g
    return first_loss
