"""Differentiate a student's own function numerically, to compare it with their own gradient."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from grader.course.arguments import argument_at, with_argument
from grader.judging.numbers import FLOAT64, Floats, Numeric, numeric

__all__ = ["Slope", "points_around", "slope"]

MOST = 64
"""Coordinates that are differentiated; a larger argument is left to grading."""
Answers = Callable[[Sequence[Mapping[str, Any]]], Sequence[Any]]


@dataclass(frozen=True, eq=False)
class Slope:
    """Partial derivatives with respect to one argument, and how far they may be off."""

    values: Floats
    error: float


def slope(
    answers: Answers, arguments: Mapping[str, Any], name: str, epsilon: float = FLOAT64
) -> Slope | None:
    """Return the gradient of a scalar function with respect to argument `name`, None if not scalar.

    Central differences D(h) and D(h/2), extrapolated to (4 D(h/2) - D(h)) / 3 (Richardson); their
    difference and the rounding eps |f| / h are the error. `epsilon` is what the values resolve.
    """
    at = _as_array(argument_at(arguments, name))
    if at is None or at.size > MOST:
        return None
    steps = (3 * epsilon) ** (1 / 3) * numpy.maximum(1.0, numpy.abs(at))
    numbers = [_scalar(value) for value in answers(points_around(arguments, name, at, steps))]
    if any(number is None for number in numbers):
        return None
    found = numpy.array(numbers, dtype=float).reshape(at.size, 4)
    h = steps.reshape(-1)
    coarse = (found[:, 0] - found[:, 1]) / (2 * h)
    fine = (found[:, 2] - found[:, 3]) / h
    best = (4 * fine - coarse) / 3
    rounding = 8 * epsilon * numpy.max(numpy.abs(found), initial=0.0) / numpy.min(h, initial=1.0)
    error = float(numpy.max(numpy.abs(fine - coarse), initial=0.0) + rounding)
    return Slope(best.reshape(at.shape), error)


def points_around(
    arguments: Mapping[str, Any], name: str, at: Floats, steps: Floats
) -> list[dict[str, Any]]:
    """Return the arguments with each coordinate in turn moved by +h, -h, +h/2, -h/2."""
    moved = []
    for index in numpy.ndindex(at.shape):
        for share in (1.0, -1.0, 0.5, -0.5):
            there = at.copy()
            there[index] += share * steps[index]
            own = _like(argument_at(arguments, name), there)
            moved.append(with_argument(arguments, name, own))
    return moved


def _as_array(value: Any) -> Floats | None:
    if isinstance(value, bool | str) or value is None:
        return None
    if isinstance(value, int | float):
        return numpy.array(float(value))
    if hasattr(value, "detach") and value.is_floating_point():
        return numpy.array(value.detach().double().numpy())
    return None


def _like(original: Any, values: Floats) -> Any:
    if isinstance(original, int | float):
        return float(values)
    import torch

    return torch.tensor(values, dtype=torch.float64)


def _scalar(value: Any) -> float | None:
    numbers = numeric(value)
    if isinstance(numbers, Numeric) and numbers.values.size == 1:
        return float(numbers.values.reshape(()))
    return None
