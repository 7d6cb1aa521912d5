"""Linear regression as a script: what it leaves behind and prints."""

import torch

from grader.authoring import mistake, solution
from grader.judging.printed_numbers import printed
from grader.judging.properties import near

EPOCHS, RATE = 100, 0.01
CLOSE = 2e-4
"""How far w and b may lie from the exact ones: float32 loses less, and a step more or less moves
each by more than that."""


def descent(
    epochs=EPOCHS, clears=True, reduce=torch.mean, moves_bias=True, after=False, first=EPOCHS // 10
):
    """Return w, b and the losses of every tenth epoch from the `first` one, counted from 1."""
    x = torch.tensor([1.0, 2.0, 3.0, 4.0], dtype=torch.float64)
    y = 2 * x
    w, b = (torch.zeros((), dtype=torch.float64, requires_grad=True) for _ in range(2))
    losses = []
    for _ in range(epochs):
        loss = reduce((w * x + b - y) ** 2)
        loss.backward()
        with torch.no_grad():
            w -= RATE * w.grad
            if moves_bias:
                b -= RATE * b.grad
            losses.append((reduce((w * x + b - y) ** 2) if after else loss).item())
        if clears:
            w.grad = b.grad = None
    return w.item(), b.item(), losses[first - 1 :: 10]


def left(w, b, losses):
    """Return what a script leaves that ends with these numbers."""
    return {
        "weight": near(w, CLOSE),
        "bias": near(b, CLOSE),
        "losses": printed(losses, "the loss of every tenth epoch"),
    }


def descended():
    return left(*descent())


# ---------------------------------------------------------------- mistakes


@mistake("descent", "the gradients are never cleared")
def never_cleared():
    """`backward` adds to the gradients that are there. Clear them in every epoch."""
    return left(*descent(clears=False))


@mistake("descent", "the sum of the squares instead of their mean")
def summed():
    """You add the squared errors; the task asks for their mean."""
    return left(*descent(reduce=torch.sum))


@mistake("descent", "the bias is never updated")
def without_bias():
    """Only the weight moves: b is still what it was at the start."""
    return left(*descent(moves_bias=False))


@mistake("descent", "the loss after the update instead of before it")
def after_update():
    """w and b are right. The printed losses are computed again after the update; the task asks
    for the loss from which the update was computed."""
    return left(*descent(after=True))


@mistake("descent", "epochs 1, 11, 21 and so on instead of 10, 20, 30")
def first_of_ten():
    """w and b are right. You print when `epoch % 10 == 0` and count from 0, which is the first
    epoch of every ten; the task asks for the last one."""
    return left(*descent(first=1))


@mistake("descent", "one epoch too few")
def one_fewer():
    """The training ends after 99 epochs."""
    return left(*descent(epochs=EPOCHS - 1))


@mistake("descent", "one epoch too many")
def one_more():
    """The training goes on for 101 epochs."""
    return left(*descent(epochs=EPOCHS + 1))


# ---------------------------------------------------------------- the script


@solution("descent")
def script():
    w, b, losses = descent()
    lines = [f"Epoch {10 * number}: {loss:.6f}" for number, loss in enumerate(losses, 1)]
    return {"w": w, "b": b, "printed": "\n".join(lines)}
