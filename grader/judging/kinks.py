"""Find out where a gradient is asked at a kink, and which answers are right there.

At a kink the derivative from the left differs from the one from the right, and correct code
returns either or something between: at 0 relu gives 0, `maximum(x, 0)` one half, `clamp(min=0)` 1.
Hidden cases stay away from kinks; a published example may sit on one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy

from grader.course.arguments import argument_at, with_argument
from grader.judging.numbers import Floats, Numeric, numeric
from grader.judging.oracle import Expectation, Expected, evaluate, split
from grader.model import Case, Probe

__all__ = ["with_intervals"]

NUDGE = 1e-8
"""How far a coordinate is moved, relative to its size (or to 1 at 0)."""
JUMP = 1e-3
"""A change by this share of the gradient is a kink: a smooth one changes by about NUDGE."""
MOST = 64
"""Coordinates of one case that are examined; a kink in a larger one leaves no interval."""


def with_intervals(
    expected: Expectation,
    probe: Probe,
    case: Case,
    namespace: Mapping[str, Any],
    wrt: Sequence[str],
    names: Sequence[str],
) -> Expectation:
    """Return the expectation of a gradient with an interval for each coordinate at a kink."""
    tensors = [name for name in wrt if _is_float_tensor(argument_at(case.arguments, name))]
    if len(tensors) != len(wrt) or len(expected.items) != len(wrt):
        return expected
    rng = numpy.random.default_rng(0)
    around = [
        _nudged(case, {name: rng.choice([-1.0, 1.0], _shape(case, name)) for name in wrt})
        for _ in range(2)
    ]
    if not any(_jumps(expected, found) for found in _gradients(probe, around, namespace, names)):
        return expected
    return replace(expected, items=_intervals(expected, probe, case, namespace, wrt, names))


def _intervals(
    expected: Expectation,
    probe: Probe,
    case: Case,
    namespace: Mapping[str, Any],
    wrt: Sequence[str],
    names: Sequence[str],
) -> tuple[Expected, ...]:
    places = [
        (k, place) for k, name in enumerate(wrt) for place in numpy.ndindex(*_shape(case, name))
    ][:MOST]
    sides = [
        _nudged(case, {wrt[k]: _one_at(_shape(case, wrt[k]), place, side)})
        for k, place in places
        for side in (-1.0, 1.0)
    ]
    found = _gradients(probe, sides, namespace, names)
    lows = [numpy.array(item.value, float) for item in expected.items]
    highs = [low.copy() for low in lows]
    for number, (k, place) in enumerate(places):
        for gradient in found[2 * number : 2 * number + 2]:
            if gradient is not None:
                lows[k][place] = min(lows[k][place], gradient[k][place])
                highs[k][place] = max(highs[k][place], gradient[k][place])
    return tuple(map(_with_interval, expected.items, lows, highs))


def _with_interval(item: Expected, low: Floats, high: Floats) -> Expected:
    # Moves across the kink say nothing about rounding.
    size = numpy.maximum(numpy.abs(low), numpy.abs(high))
    assert item.spread is not None
    spread = numpy.where(low < high, size, item.spread)
    return replace(item, low=low, high=high, spread=spread)


def _gradients(
    probe: Probe, cases: Sequence[Case], namespace: Mapping[str, Any], names: Sequence[str]
) -> list[list[Floats] | None]:
    """Return the reference's gradient at every case, None where it does not answer."""
    found: list[list[Floats] | None] = []
    for answer in evaluate(probe, cases, namespace):
        items = split(answer.value, names) if answer.status == "returned" else []
        numbers = [numeric(value) for _, value in items]
        arrays = [number.values for number in numbers if isinstance(number, Numeric)]
        found.append(arrays if arrays and len(arrays) == len(items) else None)
    return found


def _jumps(expected: Expectation, gradient: Sequence[Floats] | None) -> bool:
    if gradient is None or len(gradient) != len(expected.items):
        return False
    for item, moved in zip(expected.items, gradient, strict=True):
        at = numpy.asarray(item.value, float)
        if moved.shape != at.shape or at.size == 0:
            return False
        size = max(float(numpy.max(numpy.abs(at))), float(numpy.max(numpy.abs(moved))))
        if float(numpy.max(numpy.abs(moved - at))) > JUMP * size:
            return True
    return False


def _nudged(case: Case, directions: Mapping[str, Any]) -> Case:
    import torch

    arguments = dict(case.arguments)
    for name, direction in directions.items():
        at = argument_at(arguments, name)
        size = torch.where(at == 0, torch.ones_like(at), at.abs())
        moved = at + NUDGE * size * torch.as_tensor(numpy.asarray(direction))
        arguments = with_argument(arguments, name, moved)
    return replace(case, arguments=arguments)


def _one_at(shape: tuple[int, ...], place: tuple[int, ...], side: float) -> Floats:
    direction = numpy.zeros(shape)
    direction[place] = side
    return direction


def _shape(case: Case, name: str) -> tuple[int, ...]:
    return tuple(argument_at(case.arguments, name).shape)


def _is_float_tensor(value: Any) -> bool:
    import torch

    return isinstance(value, torch.Tensor) and value.is_floating_point()
