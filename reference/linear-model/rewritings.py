"""Other right ways to write it."""

import torch

from grader.authoring import gradient, rewriting


@rewriting("Linear")
class WithParameters(torch.nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.w = torch.nn.Parameter(torch.rand(n_in, n_out))
        self.b = torch.nn.Parameter(torch.rand(n_out))

    @property
    def params(self):
        return (self.w, self.b)

    def forward(self, x):
        return torch.einsum("ni,io->no", x, self.w) + self.b[None]


@rewriting("step")
def step_functional(X, y, model, lr=0.1):
    value = torch.mean((y[:, None] - model.forward(X)) ** 2)
    value.backward()
    for parameter in model.params:
        parameter.data -= lr * parameter.grad
        parameter.grad.zero_()
    return value.item()


@rewriting("step")
def step_by_formula(X, y, model, lr=0.1):
    w, b = model.params
    with torch.no_grad():
        rest = model.forward(X).squeeze(1) - y
        dw, db = gradient(lambda w, b: ((X @ w + b).squeeze(1) - y).square().mean(), w, b)
        w.sub_(lr * dw)
        b.sub_(lr * db)
    return (rest @ rest / len(y)).item()
