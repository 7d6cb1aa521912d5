"""The student's own function is differentiated from a table of values asked for beforehand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import pytest
import torch

from grader.judging.evidence import Answer, Array
from grader.judging.finite_differences import Line, slope_along, steps

AT = numpy.array([1.25, -0.75, 2.5])
DIRECTION = numpy.array([0.9, -0.5, 1.3])
LINE = Line(0, 0, DIRECTION, 0)
W = numpy.array([[0.5, -1.25, 2.0], [1.5, 0.75, -0.25]])


def table(function: Callable[[Any], Any]) -> list[Answer]:
    """Return what a student's function answers along the line."""
    return [Answer("returned", value=function(AT + t * DIRECTION)) for t in steps()]


def smooth(x: Any) -> float:
    return float(numpy.sum((W @ x) ** 2))


def of_smooth(x: Any) -> Any:
    return 2 * W.T @ (W @ x)


SMOOTH = [
    (smooth, of_smooth),
    (lambda x: float(numpy.sum(numpy.sin(20 * x))), lambda x: 20 * numpy.cos(20 * x)),
    (lambda x: float(numpy.prod(x)), lambda x: numpy.prod(x) / x),
    (lambda x: 1e-12 * float(numpy.sum(x**3)), lambda x: 3e-12 * x**2),
    (lambda x: 1e6 + float(numpy.sum(x**2)), lambda x: 2 * x),
    (lambda x: float(numpy.sum(numpy.log(numpy.abs(x)))), lambda x: 1 / x),
    (lambda x: float(numpy.sum(x**20)), lambda x: 20 * x**19),
    (lambda x: float(numpy.sum(numpy.abs(x - 9))), lambda x: numpy.sign(x - 9)),
    (lambda x: float(x.sum()), numpy.ones_like),
]


@pytest.mark.parametrize(("function", "gradient"), SMOOTH)
@pytest.mark.parametrize("factor", [1.0, 1.001, -1.0, 0.5])
def test_the_bar_tells_the_right_slope_from_wrong_ones(
    function: Any, gradient: Any, factor: float
) -> None:
    slope = slope_along(LINE, table(function), factor * gradient(AT), numpy.abs(gradient(AT)))
    assert slope is not None
    assert slope.agrees is (factor == 1.0)


def test_float32_inside_widens_the_bar() -> None:
    def single(x: Any) -> Array:
        value = (torch.tensor(W, dtype=torch.float32) @ torch.tensor(x, dtype=torch.float32)) ** 2
        return Array(value.sum().numpy(), "float32")

    answers = table(single)
    right = slope_along(LINE, answers, of_smooth(AT), of_smooth(AT))
    wrong = slope_along(LINE, answers, 1.05 * of_smooth(AT), of_smooth(AT))
    assert right is not None
    assert right.agrees
    assert wrong is not None
    assert not wrong.agrees


@pytest.mark.parametrize(
    "function",
    [
        lambda x: float(numpy.sum(numpy.abs(x - AT))),  # a kink right at the start
        lambda x: float("nan"),
        lambda x: [1.0, 2.0],
        lambda x: "text",
        lambda x: None,
        lambda x: float(numpy.random.default_rng(int(1e9 * abs(x[0]))).normal()),  # noise
    ],
)
def test_what_decides_nothing_is_left_out(function: Any) -> None:
    assert slope_along(LINE, table(function), numpy.ones(3)) is None


def test_a_call_that_raised_leaves_the_line_out() -> None:
    answers = table(smooth)
    answers[7] = Answer("raised")
    assert slope_along(LINE, answers, of_smooth(AT)) is None


def test_a_gradient_of_another_shape_is_no_slope() -> None:
    assert slope_along(LINE, table(smooth), numpy.ones((3, 1))) is None


def test_many_random_lines_never_reject_the_right_slope() -> None:
    rng = numpy.random.default_rng(11)
    decided = 0
    for _ in range(60):
        a, b = rng.normal(size=(4, 3)), rng.normal(size=4)

        def net(x: Any, a: Any = a, b: Any = b) -> float:
            return float(numpy.sum(numpy.maximum(a @ x + b, 0.0) ** 2))

        gradient = 2 * a.T @ numpy.maximum(a @ AT + b, 0.0)
        slope = slope_along(LINE, table(net), gradient, numpy.abs(gradient))
        if slope is not None:
            decided += 1
            assert slope.agrees, slope
    assert decided > 30
