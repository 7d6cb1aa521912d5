"""Automatic differentiation in one notebook: what each cell should leave behind."""

import torch

from grader.authoring import gradient, mistake, solution
from grader.judging.printed_numbers import printed
from grader.judging.properties import falling, near

CLOSE = 0.5
"""How far w and b may lie from 3 and 2: ten times what the noise of 100 points does."""


def quadratic(x, y):
    return 2 * x**2 + x * y + 3 * y**2


def slopes():
    return gradient(quadratic, 1.0, 2.0)


def passes():
    return shown(6.0, 33.0, 27.0)


def shown(first, accumulated, after_reset):
    """Return what three prints show, one after the other."""
    return {
        "first": printed([first], "the gradient after the first pass"),
        "accumulated": printed([first, accumulated], "the gradient after the second pass"),
        "after_reset": printed(
            [first, accumulated, after_reset], "the gradient after the third pass"
        ),
    }


def squared_map(W, x):
    return ((W @ x) ** 2).sum()


def map_gradients(W, x):
    if tuple(W.shape) != (3, 4) or tuple(x.shape) != (4,):
        raise ValueError("the shapes are not (3, 4) and (4,)")
    if not W.any() or not x.any():
        raise ValueError("every gradient would do")
    return gradient(squared_map, W, x)


def trained():
    return {"w": near(3.0, CLOSE), "b": near(2.0, CLOSE), "losses": falling()}


# ---------------------------------------------------------------- mistakes


@mistake("exercise-1", "the mixed term is lost")
def slopes_without_mixed():
    """The term with both x and y has a derivative with respect to each of them."""
    return gradient(lambda x, y: 2 * x**2 + 3 * y**2, 1.0, 2.0)


@mistake("exercise-1", "the two derivatives swapped")
def slopes_swapped():
    """Both numbers are right but in the other order."""
    return tuple(reversed(slopes()))


@mistake("exercise-1", "twice the derivatives")
def slopes_twice():
    """Both are twice what they should be: a second backward pass has added the same once more."""
    return tuple(2 * slope for slope in slopes())


@mistake("exercise-2", "no reset before the third pass")
def never_reset():
    """The first two are right. The third one still holds everything that was there before."""
    return shown(6.0, 33.0, 60.0)


@mistake("exercise-2", "a reset too early")
def reset_early():
    """You reset before the second pass already, which should still hold the first."""
    return shown(6.0, 27.0, 27.0)


@mistake("exercise-2", "read after the reset")
def cleared():
    """The third one is read right after the reset. One more backward pass has to come first."""
    return shown(6.0, 33.0, 0.0)


@mistake("exercise-3", "a missing factor 2")
def map_without_factor(W, x):
    """The entries are squared, and differentiating a square brings a factor down; yours is
    lost."""
    return tuple(slope / 2 for slope in map_gradients(W, x))


@mistake("exercise-3", "twice the gradients")
def map_twice(W, x):
    """Both are twice what they should be: a second backward pass has added the same once more."""
    return tuple(2 * slope for slope in map_gradients(W, x))


@mistake("exercise-3", "nothing is squared")
def map_of_sum(W, x):
    """You differentiate the sum of the entries of W x; they have to be squared before."""
    return gradient(lambda W, x: (W @ x).sum(), W, x)


@mistake("exercise-3", "the sum is squared, not the entries")
def map_of_squared_sum(W, x):
    """You add the entries of W x first and square the sum. The task squares them one by one."""
    return gradient(lambda W, x: (W @ x).sum() ** 2, W, x)


@mistake("exercise-3", "the gradient of a mean")
def map_of_mean(W, x):
    """You differentiate the mean of the squares; the task asks for their sum."""
    return tuple(slope / len(W) for slope in map_gradients(W, x))


# ---------------------------------------------------------------- the cells


@solution("exercise-1")
def exercise_1():
    x = torch.tensor(1.0, requires_grad=True)
    y = torch.tensor(2.0, requires_grad=True)
    quadratic(x, y).backward()
    return locals()


@solution("exercise-2")
def exercise_2():
    x = torch.tensor(3.0, requires_grad=True)
    lines = []
    for power in (2, 3):
        (x**power).backward()
        lines.append(f"x.grad = {x.grad.item()}")
    x.grad = None
    (x**3).backward()
    lines.append(f"x.grad = {x.grad.item()}")
    return {"x": x, "printed": "\n".join(lines)}


@solution("exercise-3")
def exercise_3():
    W = torch.linspace(-2, 5, 12).reshape(3, 4).requires_grad_()
    x = torch.tensor([0.5, -1.5, 2.5, 1.0], requires_grad=True)
    squared_map(W, x).backward()
    return locals()


@solution("comprehensive")
def comprehensive():
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(100, generator=generator)
    y = 3 * x + 2 + 0.5 * torch.randn(100, generator=generator)
    w, b = torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)
    losses = []
    for _ in range(200):
        loss = ((w * x + b - y) ** 2).mean()
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            for parameter in (w, b):
                parameter -= 0.05 * parameter.grad
                parameter.grad = None
    return locals()
