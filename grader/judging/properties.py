"""Expectations that are no single right value: a property that the evidence has or has not.

A reference function named by a check's `expect` returns them among the items it expects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy

from grader.judging.evidence import Value
from grader.judging.numbers import Floats, Numeric, numeric

__all__ = [
    "Property",
    "blown_up",
    "curve",
    "exactly",
    "falling",
    "line",
    "mistakable",
    "near",
    "points",
    "texts",
    "within",
]

DRAWN = 1e-4
"""How exactly a figure must show its data, relative to their range; no eye sees more."""


@dataclass(frozen=True)
class Property:
    """A property of one item; `text` completes the sentence "not …"."""

    text: str
    holds: Callable[[Value], bool]
    miss: Callable[[Value], str] = lambda value: ""
    """What a value that has not the property lacks; no number of more than two digits."""
    example: Value = None
    """A value that has the property, for proofs: what a declared mistake would leave."""

    def said_of(self, value: Value) -> str:
        """Return in words that a value has not the property, and what it lacks."""
        lacks = self.miss(value)
        return f"not {self.text}, {lacks}" if lacks else f"not {self.text}"


def exactly(count: int, what: str) -> Property:
    """Expect the number `count` of things that `what` names in the plural."""

    def holds(value: Value) -> bool:
        found = _numbers(value)
        return found is not None and found.ndim == 0 and bool(found == count)

    def miss(value: Value) -> str:
        found = _numbers(value)
        return f"but {found:.2g}" if found is not None and found.ndim == 0 else ""

    return Property(f"{count} {what}", holds, miss)


def within(low: float, high: float) -> Property:
    """Expect a number in [low, high]."""

    def holds(value: Value) -> bool:
        found = _numbers(value)
        return found is not None and found.ndim == 0 and bool(low <= found <= high)

    return Property(
        f"a number from {low:g} to {high:g}", holds, lambda value: _beyond(value, low, high)
    )


def near(wanted: float, by: float) -> Property:
    """Expect one number, in any shape, at most `by` from the one that is wanted."""

    def holds(value: Value) -> bool:
        found = _numbers(value)
        return found is not None and found.size == 1 and bool(abs(found.item() - wanted) <= by)

    def miss(value: Value) -> str:
        found = _numbers(value)
        if found is None or found.size != 1:
            return ""
        off = found.item() - wanted
        return f"too {'small' if off < 0 else 'large'} by {abs(off):.2g}"

    return Property(f"a number close to {wanted:.2g}", holds, miss, wanted)


def falling(by: float = 1.0) -> Property:
    """Expect numbers of which the last is below the first divided by `by`."""

    def holds(value: Value) -> bool:
        found = _numbers(value)
        if found is None or found.ndim != 1 or found.size < 2:
            return False
        return bool(found[-1] * by < found[0])

    words = "numbers that fall" + (f" at least {by:g}-fold" if by > 1 else "")
    return Property(words, holds, _not_falling)


def texts(count: int) -> Property:
    """Expect a list of exactly `count` texts, none of them empty."""

    def holds(value: Value) -> bool:
        if not isinstance(value, list) or len(value) != count:
            return False
        return all(isinstance(text, str) and text.strip() for text in value)

    def miss(value: Value) -> str:
        given = value if isinstance(value, list) else []
        return f"but {sum(isinstance(text, str) and bool(text.strip()) for text in given)}"

    return Property(f"{count} texts", holds, miss)


def points(x: Any, y: Any) -> Property:
    """Expect, among several (k, 2) arrays, one with just the points (x, y), in any order."""
    wanted = _sorted(numpy.stack([_floats(x), _floats(y)], axis=1))

    def holds(value: Value) -> bool:
        return any(
            found.shape == wanted.shape and _close(_sorted(found), wanted)
            for found in _arrays(value)
        )

    return Property("all data points", holds, _nothing_drawn)


def line(slope: Any, intercept: Any, over: Any) -> Property:
    """Expect, among several (k, 2) arrays, one on y = slope·x + intercept over half of `over`."""
    at, a, b = _floats(over), float(slope), float(intercept)

    def holds(value: Value) -> bool:
        return any(_on_line(found, a, b, float(numpy.ptp(at))) for found in _arrays(value))

    return Property("the fitted line", holds, _nothing_drawn)


def curve(values: Any, *, x: Any = None) -> Property:
    """Expect, among several (k, 2) arrays, one whose second column is `values` (first one `x`)."""
    wanted = _floats(values)
    at = None if x is None else _floats(x)

    def holds(value: Value) -> bool:
        return any(
            found.shape == (wanted.size, 2)
            and _close(found[:, 1], wanted)
            and (at is None or _close(found[:, 0], at))
            for found in _arrays(value)
        )

    return Property("a curve of these values", holds, lambda value: _not_curve(value, wanted))


def mistakable(wanted: Property, others: Mapping[str, Property]) -> Property:
    """Expect `wanted`, and say which of the `others` a value has instead of it."""

    def miss(value: Value) -> str:
        found = [what for what, other in others.items() if other.holds(value)]
        return f"but {found[0]}" if found else wanted.miss(value)

    return Property(wanted.text, wanted.holds, miss)


def _beyond(value: Value, low: float, high: float) -> str:
    """Return by how much a number lies outside [low, high]."""
    found = numeric(value)
    if not isinstance(found, Numeric) or found.values.ndim:
        return ""
    number = float(found.values)
    if not numpy.isfinite(number):
        return "but NaN or infinite"
    off, side = (number - high, "large") if number > high else (low - number, "small")
    return f"too {side} by {off:.2g}"


def _not_falling(value: Value) -> str:
    found = numeric(value)
    if not isinstance(found, Numeric) or found.values.ndim != 1:
        return ""
    if found.values.size < 2:
        return "but fewer than two numbers"
    if not numpy.all(numpy.isfinite(found.values)):
        return blown_up(found.values)
    first, last = float(found.values[0]), float(found.values[-1])
    if first <= 0:
        return ""
    return f"for the last is {last / first:.2g} times the first"


def blown_up(values: Floats) -> str:
    """Say which number of a list is the first that is not finite, and why it may be."""
    first = int(numpy.argmin(numpy.isfinite(values)))
    before = values[:first]
    fact = f"for number {first + 1} of {len(values)} is the first that is NaN or infinite"
    if first >= 2 and before[-1] > before[0]:
        fact += ", after growing: the steps are too large for this loss, or go uphill"
    return fact


def _nothing_drawn(value: Value) -> str:
    return "" if _arrays(value) else "for nothing is drawn"


def _not_curve(value: Value, wanted: Floats) -> str:
    """Return how the curves that are drawn differ from the one that is wanted."""
    found = _arrays(value)
    sized = [array[:, 1] for array in found if len(array) == wanted.size]
    if not found:
        return "for nothing is drawn"
    if not sized:
        return f"for it has {len(found[0])} points, not {wanted.size}"
    off = min(float(numpy.max(numpy.abs(array - wanted), initial=0.0)) for array in sized)
    return f"off by up to {off:.2g}"


def _numbers(value: Value) -> Floats | None:
    """Return finite numbers, or None for anything else."""
    found = numeric(value)
    if not isinstance(found, Numeric) or not numpy.all(numpy.isfinite(found.values)):
        return None
    return found.values


def _arrays(value: Value) -> list[Floats]:
    """Return the (k, 2) arrays of a list of them."""
    found = [_numbers(item) for item in value] if isinstance(value, list) else []
    return [
        array for array in found if array is not None and array.ndim == 2 and array.shape[1] == 2
    ]


def _floats(values: Any) -> Floats:
    plain = values.detach().numpy() if hasattr(values, "detach") else values
    return numpy.asarray(plain, dtype=numpy.float64).reshape(-1)


def _sorted(pairs: Floats) -> Floats:
    return pairs[numpy.lexsort((pairs[:, 1], pairs[:, 0]))]


def _close(found: Floats, wanted: Floats) -> bool:
    scale = float(numpy.max(numpy.abs(wanted), initial=0.0))
    return found.shape == wanted.shape and bool(
        numpy.all(numpy.abs(found - wanted) <= DRAWN * scale)
    )


def _on_line(found: Floats, slope: float, intercept: float, extent: float) -> bool:
    if found.shape[0] < 2 or numpy.ptp(found[:, 0]) < extent / 2:
        return False
    expected = slope * found[:, 0] + intercept
    scale = float(numpy.max(numpy.abs(expected))) + abs(slope) * extent
    return bool(numpy.all(numpy.abs(found[:, 1] - expected) <= DRAWN * scale))
