"""Autograd in one notebook: what each cell should leave behind."""

import numpy
import torch

from grader.authoring import gradient, mistake, solution
from grader.judging.numbers import Numeric, numeric
from grader.judging.properties import Property, blown_up

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
    if W.ndim != 2 or x.ndim != 1:
        raise ValueError("`W` is no matrix, or `x` no vector")
    if not W.any() or not x.any():
        raise ValueError("every gradient would do")
    return gradient(squared_map, W, x)


def trained():
    return {"w": close_to(3.0), "b": close_to(2.0), "losses": falling_numbers()}


def close_to(wanted):
    def holds(value):
        found = _numbers(value)
        return found.size == 1 and bool(abs(found[0] - wanted) <= CLOSE)

    def miss(value):
        found = _numbers(value)
        if found.size != 1:
            return ""
        return f"too {'small' if found[0] < wanted else 'large'} by {abs(found[0] - wanted):.2g}"

    return Property(f"a number close to {wanted:g}", holds, miss)


def falling_numbers():
    def holds(value):
        found = _numbers(value)
        return found.size >= 2 and bool(found[-1] < found[0])

    def miss(value):
        found = _numbers(value)
        if found.size < 2:
            all_of_them = numeric(value)
            if isinstance(all_of_them, Numeric) and all_of_them.values.size > 1:
                return blown_up(all_of_them.values.ravel())
            return "but fewer than two numbers"
        return f"for the first is {found[0]:.2g} and the last {found[-1]:.2g}"

    return Property("numbers that fall", holds, miss)


def _numbers(value):
    """Return finite numbers in a row, none for anything else."""
    found = numeric(value)
    if not isinstance(found, Numeric) or not numpy.all(numpy.isfinite(found.values)):
        return numpy.zeros(0)
    return found.values.reshape(-1)


# ---------------------------------------------------------------- mistakes


@mistake("partial-derivatives", "the mixed term is lost")
def slopes_without_mixed():
    """The term with both x and y has a derivative with respect to each of them."""
    return gradient(lambda x, y: 2 * x**2 + 3 * y**2, 1.0, 2.0)


@mistake("partial-derivatives", "the two derivatives swapped")
def slopes_swapped():
    """Both numbers are right but in the other order."""
    df_dx, df_dy = slopes()
    return df_dy, df_dx


@mistake("partial-derivatives", "twice the derivatives")
def slopes_twice():
    """Both are exactly twice what they should be: a second backward pass has added the same
    gradients once more, as it does when a cell's work is done twice."""
    return tuple(2 * slope for slope in slopes())


@mistake("partial-derivatives", "the squares are not differentiated")
def slopes_without_powers():
    """The power of a square comes down as a factor when you differentiate; yours is lost."""
    return gradient(lambda x, y: x**2 + x * y + 1.5 * y**2, 1.0, 2.0)


@mistake("partial-derivatives", "the value instead of the derivatives")
def slopes_value():
    """You leave f(x, y) itself. The task asks how fast it changes with x, and with y."""
    return torch.tensor(16.0), torch.tensor(16.0)


@mistake("accumulation", "no reset before the third pass")
def passes_without_reset():
    """The first two are right. The third one still holds everything that was there before."""
    first, accumulated, again = passes()
    return first, accumulated, accumulated + again


@mistake("accumulation", "a reset too early")
def passes_reset_early():
    """You reset before the second pass already, which should still hold the first."""
    first, _, again = passes()
    return first, again, again


@mistake("accumulation", "read after the reset")
def passes_cleared():
    """The third one is read right after the reset. One more backward pass has to come first."""
    first, accumulated, again = passes()
    return first, accumulated, 0 * again


@mistake("accumulation", "one and the same tensor three times")
def passes_aliased():
    """All three names stand for .grad itself, one tensor, which shows its last value. Keep
    clones."""
    _, _, again = passes()
    return again, again, again


@mistake("accumulation", "one and the same tensor three times, never reset")
def passes_aliased_sum():
    """All three names stand for .grad itself, one tensor, which shows its last value: the sum of
    all three passes."""
    _, accumulated, again = passes()
    return (accumulated + again,) * 3


@mistake("accumulation", "the first two are one and the same tensor")
def passes_half_aliased():
    """The second pass adds into the very tensor that you kept as the first. Keep a clone of it."""
    _, accumulated, again = passes()
    return accumulated, accumulated, again


@mistake("matrix-gradients", "a missing factor 2")
def map_without_factor(W, x):
    """The entries are squared, and differentiating a square brings a factor down; yours is
    lost."""
    return tuple(slope / 2 for slope in map_gradients(W, x))


@mistake("matrix-gradients", "twice the gradients")
def map_twice(W, x):
    """Both gradients are exactly twice what they should be: a second backward pass has added the
    same once more, as it does when a cell's work is done twice."""
    return tuple(2 * slope for slope in map_gradients(W, x))


@mistake("matrix-gradients", "dL_dW transposed")
def map_transposed(W, x):
    """dL_dx is right. dL_dW has the shape of W, (m, n); yours is the other way round."""
    dL_dW, dL_dx = map_gradients(W, x)
    return dL_dW.T, dL_dx


@mistake("matrix-gradients", "the two gradients swapped")
def map_swapped(W, x):
    """Both gradients are right but in the other order."""
    dL_dW, dL_dx = map_gradients(W, x)
    return dL_dx, dL_dW


@mistake("matrix-gradients", "the sum is squared, not the entries")
def map_of_squared_sum(W, x):
    """You add the entries of W x first and square the sum. The task squares them one by one."""
    return gradient(lambda W, x: (W @ x).sum() ** 2, W, x)


@mistake("matrix-gradients", "nothing is squared")
def map_of_sum(W, x):
    """You differentiate the sum of the entries of W x; they have to be squared before."""
    return gradient(lambda W, x: (W @ x).sum(), W, x)


@mistake("matrix-gradients", "the gradient of a mean")
def map_of_mean(W, x):
    """You differentiate the mean of the squares; the task asks for their sum."""
    return tuple(slope / len(W) for slope in map_gradients(W, x))


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
    W = torch.linspace(-2, 5, 12).reshape(4, 3).requires_grad_()
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
