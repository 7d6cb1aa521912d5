"""Autograd in one notebook: what each cell should leave behind."""

import numpy
import torch

from grader.authoring import gradient, solution
from grader.judging.numbers import Numeric, numeric
from grader.judging.properties import Property

CLOSE = 0.5
"""How far w and b may lie from 3 and 2: ten times what the noise of 100 points does."""


def quadratic(x, y):
    return 2 * x**2 + x * y + 3 * y**2


def slopes():
    return gradient(quadratic, 1.0, 2.0)


def passes():
    first, again = gradient(lambda x: x**2, 3.0), gradient(lambda x: x**3, 3.0)
    return first, first + again, again


def squared_map(W, x):
    return ((W @ x) ** 2).sum()


def map_gradients(W, x):
    if W.ndim != 2 or not W.any() or not x.any():
        raise ValueError("every gradient would do")
    return gradient(squared_map, W, x)


def trained():
    return {"w": close_to(3.0), "b": close_to(2.0), "losses": falling_numbers()}


def close_to(wanted):
    def holds(value):
        found = _numbers(value)
        return found.size == 1 and bool(abs(found[0] - wanted) <= CLOSE)

    return Property(f"a number close to {wanted:g}", holds)


def falling_numbers():
    def holds(value):
        found = _numbers(value)
        return found.size >= 2 and bool(found[-1] < found[0])

    return Property("numbers that fall", holds)


def _numbers(value):
    """Return finite numbers in a row, none for anything else."""
    found = numeric(value)
    if not isinstance(found, Numeric) or not numpy.all(numpy.isfinite(found.values)):
        return numpy.zeros(0)
    return found.values.reshape(-1)


# ---------------------------------------------------------------- the cells


@solution("partial-derivatives")
def partial_derivatives():
    x = torch.tensor(1.0, requires_grad=True)
    y = torch.tensor(2.0, requires_grad=True)
    quadratic(x, y).backward()
    df_dx, df_dy = x.grad, y.grad
    return locals()


@solution("accumulation")
def accumulation():
    x = torch.tensor(3.0, requires_grad=True)
    (x**2).backward()
    first = x.grad.clone()
    (x**3).backward()
    accumulated = x.grad.clone()
    x.grad.zero_()
    (x**3).backward()
    after_reset = x.grad.clone()
    return locals()


@solution("matrix-gradients")
def matrix_gradients():
    W = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True)
    x = torch.tensor([0.5, -1.5, 2.5], requires_grad=True)
    dL_dW, dL_dx = torch.autograd.grad(squared_map(W, x), (W, x))
    return locals()


@solution("training")
def training():
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(100, generator=generator)
    y = 3 * x + 2 + 0.5 * torch.randn(100, generator=generator)
    w, b = torch.zeros((), requires_grad=True), torch.zeros((), requires_grad=True)
    losses = []
    for _ in range(100):
        loss = ((w * x + b - y) ** 2).mean()
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            for parameter in (w, b):
                parameter -= 0.1 * parameter.grad
                parameter.grad = None
    return locals()
