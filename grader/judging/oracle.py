"""Decide whether numbers agree with the reference, with a tolerance that follows from rounding.

Notation: g the reference's value in float64, u the machine epsilon of the precision that the
student's numbers show, R how much g moves when every input moves by a relative 1.

    R_i   = max over k of |g_i(x (1 + d s_k)) - g_i(x)| / d,   d = 1e-7,  s_k signs
            (see `grader.judging.conditioning`), and |g_i in float32 - g_i| / 2^-23,
            the reference's own rounding
    tol_i = 32 u (|g_i| + R_i)

There is no absolute term and no fixed relative one. The factor 32 is five times the largest
|error| / (u (|g| + R)) seen over thousands of correct float32 and float64 results (5.9, a Python
loop over 1,000 numbers); `benchmarks/` measures it again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy

from grader.errors import CourseError
from grader.inside.probes import answer
from grader.judging.conditioning import PATTERNS, Moves, moves_of
from grader.judging.evidence import Answer, Array, Foreign, Value, decode_answers, question
from grader.judging.numbers import FLOAT16, FLOAT32, Floats, NotNumeric, Numeric, numeric
from grader.judging.properties import Property
from grader.model import Case, MeasuredItem, Probe, Reply

__all__ = [
    "HALF_SAFETY",
    "NOT_FINITE",
    "RESOLUTION",
    "SAFETY",
    "Built",
    "Expectation",
    "Expected",
    "compare",
    "evaluate",
    "expect",
    "split",
    "stated",
    "tolerance",
]

SAFETY = 32.0
HALF_SAFETY = 6.0
"""Half precision is accepted as far as it goes; 32 of its roundings would accept anything."""
_LEAST_HALF = 2.0**-24
_MOST_LIMITS = 16
LARGE = 99
"""The largest size that is told where a shape is wrong."""
NOT_FINITE = ("infinity among the numbers", "NaN among the numbers")
RESOLUTION = 2e-4
"""A median tolerance above this share of the value cannot tell right from wrong."""


@dataclass(frozen=True, eq=False)
class Expected:
    """What one returned item should be: numbers with their spread R, or a plain value."""

    name: str
    value: Floats | bool | str | Property | None
    spread: Floats | None = None
    low: Floats | None = None
    """At a kink, the least and the greatest right answer; see `grader.judging.kinks`."""
    high: Floats | None = None
    limits: dict[tuple[float, float, float | None], Floats] = field(
        default_factory=dict, init=False, repr=False
    )
    """Tolerances by precision: the same for every submission, so kept."""
    resolved: dict[tuple[float, float], bool] = field(default_factory=dict, init=False, repr=False)
    """Whether a precision can tell right from wrong, kept likewise."""


@dataclass(frozen=True)
class Built:
    """A container of an answer: its parts by index or key, each a container or None, an item."""

    kind: Literal["tuple", "dict"]
    parts: tuple[tuple[str, Built | None], ...]
    """Names of the parts: those of the items, or a dict's own keys."""


@dataclass(frozen=True, eq=False)
class Expectation:
    """What the answer to one case should be: its items, and how they are returned."""

    items: tuple[Expected, ...]
    returned: Literal["alone", "tuple", "dict"]
    built: Built | None = None
    """How the answer is built where items lie in containers within it, `(loss, grads)`."""


# ---------------------------------------------------------------- the reference's own answers


def evaluate(
    probe: Probe, cases: Sequence[Case], namespace: Mapping[str, Any], dtype: str = "float64"
) -> list[Answer]:
    """Put a probe to a trusted namespace, in float64 unless told; returns one answer a case."""
    exact = [replace(case, dtype=dtype, requires_grad=False, layout="") for case in cases]
    asked = question(replace(probe, cases=tuple(exact), observe=False))
    frame = answer(asked | {"repeat": False}, dict(namespace))
    return list(decode_answers(Reply(probe.check, "answered", frame), len(exact)))


def expect(
    probe: Probe,
    case: Case,
    namespace: Mapping[str, Any],
    names: Sequence[str],
    patterns: int = PATTERNS,
    coarse: bool = True,
) -> Expectation:
    """Return what the namespace answers to one case, with the spread of every number.

    With `coarse` the spread also holds what the namespace's own float32 arithmetic loses: an
    iteration that corrects itself (descent to an exact fit) hides that from moved inputs. Raises
    CourseError when the namespace does not answer.
    """
    moves = moves_of(case, patterns)
    answers = evaluate(probe, [case, *moves.cases], namespace)
    for found in answers:
        if found.status != "returned":
            error = found.error
            said = f"{error.type}: {error.message}" if error else found.message
            raise CourseError(f"the reference does not answer: {said}")
    moved = [dict(split(found.value, names)) for found in answers[1:]]
    single = evaluate(probe, [case], namespace, "float32")[0] if coarse else None
    known = single is not None and single.status == "returned"
    rough = dict(split(single.value, names)) if single is not None and known else {}
    return Expectation(
        tuple(
            _expected(name, value, [_values(other.get(name)) for other in moved], rough, moves)
            for name, value in split(answers[0].value, names)
        ),
        _returned(answers[0].value),
        built_of(answers[0].value, names),
    )


def stated(items: Mapping[str, Any]) -> Expectation:
    """Return an expectation stated item by item, properties among them."""
    return Expectation(
        tuple(
            Expected(name, value)
            if value is None or isinstance(value, bool | str | Property)
            else Expected(name, numpy.asarray(value, float), numpy.zeros(numpy.shape(value)))
            for name, value in items.items()
        ),
        "dict",
    )


def _returned(value: Value) -> Literal["alone", "tuple", "dict"]:
    if isinstance(value, dict):
        return "dict"
    return "tuple" if isinstance(value, tuple) else "alone"


def _expected(
    name: str,
    value: Value,
    moved: Sequence[Floats | None],
    rough: Mapping[str, Value],
    moves: Moves,
) -> Expected:
    if value is None or isinstance(value, bool | str):
        return Expected(name, value)
    if isinstance(value, Array) and value.dtype == "bool" and value.values.ndim == 0:
        return Expected(name, bool(value.values))
    numbers = numeric(value)
    if isinstance(numbers, NotNumeric):
        what = value.type_name if isinstance(value, Foreign) else numbers.reason
        raise CourseError(f"item {name!r}: the reference returned {what}")
    at = numbers.values
    spread = moves.spread(at, [other for other in moved if other is not None])
    single = _values(rough.get(name))
    if single is not None and single.shape == at.shape:
        spread = numpy.maximum(spread, numpy.abs(single - at) / FLOAT32)
    return Expected(name, at, spread)


def _values(value: Value) -> Floats | None:
    numbers = numeric(value)
    return numbers.values if isinstance(numbers, Numeric) else None


def split(value: Value, names: Sequence[str]) -> list[tuple[str, Value]]:
    """Split a reference's value into its items: those of a tuple or dict, else the value itself.

    A dict or tuple among them is split further: `grads` of `(loss, grads)` into `grads.W`.
    """
    if not isinstance(value, dict | tuple):
        return [(names[0] if names else "value", value)]
    return [leaf for name, part in _parts(value, names) for leaf in _leaves(name, part)]


def built_of(value: Value, names: Sequence[str]) -> Built | None:
    """Return how a reference's value is built; None where no container lies in another."""
    if not isinstance(value, dict | tuple):
        return None
    parts = _parts(value, names)
    if not any(isinstance(part, dict | tuple) for _, part in parts):
        return None
    return _built(value, parts)


def _built(value: Value, parts: Sequence[tuple[str, Value]]) -> Built:
    kind: Literal["tuple", "dict"] = "dict" if isinstance(value, dict) else "tuple"
    return Built(
        kind,
        tuple(
            (name, _built(part, _parts(part, ())) if isinstance(part, dict | tuple) else None)
            for name, part in parts
        ),
    )


def _leaves(name: str, value: Value) -> list[tuple[str, Value]]:
    if not isinstance(value, dict | tuple):
        return [(name, value)]
    parts = _parts(value, ())
    return [leaf for inner, part in parts for leaf in _leaves(f"{name}.{inner}", part)]


def _parts(value: Value, names: Sequence[str]) -> list[tuple[str, Value]]:
    if isinstance(value, dict):
        return list(value.items())
    assert isinstance(value, tuple)
    found = list(names) or [f"item {number}" for number in range(1, len(value) + 1)]
    if len(found) != len(value):
        raise CourseError(f"items names {len(found)} items, the reference returns {len(value)}")
    return list(zip(found, value, strict=True))


# ---------------------------------------------------------------- tolerance


def tolerance(
    expected: Expected, epsilon: float, half: float = 0.0, relative: float | None = None
) -> Floats:
    """Return the tolerance of every coordinate; `relative` replaces 32 u where a check sets it."""
    key = epsilon, half, relative
    if key not in expected.limits:
        if len(expected.limits) >= _MOST_LIMITS:
            expected.limits.clear()
        expected.limits[key] = _tolerance(expected, epsilon, half, relative)
    return expected.limits[key]


def _tolerance(expected: Expected, epsilon: float, half: float, relative: float | None) -> Floats:
    assert isinstance(expected.value, numpy.ndarray)
    assert expected.spread is not None
    factor = SAFETY * epsilon if relative is None else max(relative, SAFETY * epsilon)
    size = numpy.abs(expected.value) + expected.spread
    found: Floats = factor * size
    if half:
        found = found + HALF_SAFETY * half * size + (_LEAST_HALF if half == FLOAT16 else 0.0)
    return found


# ---------------------------------------------------------------- comparing


def compare(
    expected: Expected,
    got: Value,
    epsilon: float,
    relative: float | None = None,
    shown: bool = True,
    numbers: Numeric | NotNumeric | None = None,
) -> MeasuredItem:
    """Compare one item in the precision `epsilon`, or the one that it shows where that is coarser.

    Without `shown` the precision that the numbers show is granted no more than `epsilon`. `numbers`
    are those of `got` where they are known.
    """
    if isinstance(expected.value, Property):
        return _holds(expected.name, expected.value, got)
    if expected.value is None or isinstance(expected.value, bool | str):
        return _same(expected.name, expected.value, got)
    numbers = numbers or numeric(got)
    if isinstance(numbers, NotNumeric):
        return MeasuredItem(expected.name, False, note=f"{numbers.reason} instead of numbers")
    if numbers.values.shape != expected.value.shape:
        shapes = _shapes(numbers.values.shape, expected.value.shape)
        return MeasuredItem(expected.name, False, note=shapes)
    if not numpy.all(numpy.isfinite(numbers.values)):
        nan = bool(numpy.any(numpy.isnan(numbers.values)))
        return MeasuredItem(expected.name, False, note=NOT_FINITE[nan])
    own = numbers.epsilon if shown and relative is None else 0.0
    limit = tolerance(expected, max(epsilon, own), numbers.half, relative)
    return _worst(expected.name, _error(expected, numbers.values), limit)


def _shapes(got: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    """Say which shape stands for which; one number in brackets is not the number itself.

    A size that no argument has could be a hidden number, so large ones are not told.
    """
    as_many = math.prod(got) == math.prod(wanted)
    if not as_many and max(got, default=0) > max(LARGE, *wanted, 0):
        return f"a shape that is far too large instead of {wanted}"
    said = f"shape {got} instead of {wanted}"
    if wanted == () and got and set(got) == {1}:
        return said + ": a tensor that holds one number, where the number itself is asked"
    return said


def _error(expected: Expected, got: Floats) -> Floats:
    """Return how far every coordinate is from what is right; at a kink, from the interval."""
    assert isinstance(expected.value, numpy.ndarray)
    if expected.low is None or expected.high is None:
        return numpy.abs(got - expected.value)
    found: Floats = numpy.maximum(numpy.maximum(expected.low - got, got - expected.high), 0.0)
    return found


def _worst(name: str, error: Floats, limit: Floats) -> MeasuredItem:
    """Return the item at its worst coordinate, the one with the largest error for its tolerance."""
    if error.size == 0:
        return MeasuredItem(name, True, 0.0, 0.0)
    if (error <= limit).all() and numpy.isfinite(error).all():
        ratio = numpy.divide(error, limit, out=numpy.zeros_like(error), where=limit > 0)
        return _at(name, True, error, limit, int(ratio.argmax()))
    # Beside an infinite number the tolerance is infinite, too: it would let any number through.
    within = (error <= limit) & numpy.isfinite(error)
    with numpy.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = numpy.where(within, numpy.where(limit > 0, error / limit, 0.0), numpy.inf)
        ratio = numpy.where((error > limit) & (limit > 0), error / limit, ratio)
    return _at(name, False, error, limit, int(numpy.argmax(ratio)))


def _at(name: str, agrees: bool, error: Floats, limit: Floats, place: int) -> MeasuredItem:
    return MeasuredItem(name, agrees, float(error.flat[place]), float(limit.flat[place]))


def _same(name: str, expected: bool | str | None, got: Value) -> MeasuredItem:
    if isinstance(got, Array) and got.dtype == "bool" and got.values.ndim == 0:
        got = bool(got.values)
    if type(got) is type(expected) and got == expected:
        return MeasuredItem(name, True)
    wanted = {bool: "True or False", str: "one of the agreed words"}.get(type(expected), "None")
    if isinstance(got, bool) and isinstance(expected, bool):
        return MeasuredItem(name, False, note="the opposite answer")
    if isinstance(got, str) and isinstance(expected, str):
        return MeasuredItem(name, False, note="another answer")
    return MeasuredItem(name, False, note=f"{_kind(got)} instead of {wanted}")


def _kind(got: Value) -> str:
    if got is None:
        return "None"
    numbers = numeric(got)
    return "a number" if isinstance(numbers, Numeric) else numbers.reason


def _holds(name: str, expected: Property, got: Value) -> MeasuredItem:
    agrees = expected.holds(got)
    return MeasuredItem(name, agrees, note="" if agrees else expected.said_of(got))
