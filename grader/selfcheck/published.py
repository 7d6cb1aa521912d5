"""Compare an answer with a published value, and take it apart as the judge does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy

from grader.judging.evidence import Value
from grader.judging.numbers import FLOAT32, Numeric, numeric
from grader.judging.oracle import Expectation, Expected, compare
from grader.judging.structure import items_of

__all__ = ["agrees", "parts_of", "same"]

CLOSE = 1e-4
"""A value this near to a published one, relative to the largest, is taken for it."""


def agrees(wanted: Any, got: Value, within: float | None, names: Sequence[str] = ()) -> bool:
    """Tell whether an answer is the published one: numbers of one shape, or part by part.

    `names` are those of the items that are returned, for a published dict of some of them.
    """
    if wanted is None:
        return True
    if isinstance(wanted, dict):
        parts = got if isinstance(got, dict) else parts_of(got, names)
        return parts is not None and all(
            name in parts and agrees(part, parts[name], within) for name, part in wanted.items()
        )
    if isinstance(wanted, bool | str):
        return compare(Expected("", wanted), got, FLOAT32).agrees
    expected, found = numeric(wanted), numeric(got)
    if isinstance(expected, Numeric) and isinstance(found, Numeric):
        if expected.values.shape != found.values.shape:
            return False
        size = float(numpy.max(numpy.abs(expected.values), initial=0.0))
        limit = CLOSE * max(size, 1e-2) if within is None else within
        return bool(numpy.all(numpy.abs(expected.values - found.values) <= limit))
    if isinstance(wanted, list):
        parts = parts_of(got, [str(number) for number in range(len(wanted))])
        return parts is not None and all(
            agrees(*pair, within) for pair in zip(wanted, parts.values(), strict=True)
        )
    return bool(wanted == got)


def parts_of(
    value: Value, names: Sequence[str], returned: Literal["tuple", "dict"] = "tuple"
) -> Mapping[str, Value] | None:
    """Return the items of an answer by name; None where it is not built as it was asked."""
    how: Literal["alone", "tuple", "dict"] = returned
    if len(names) == 1 and returned == "tuple":
        how = "alone"
    found, odd = items_of(value, Expectation(tuple(Expected(name, None) for name in names), how))
    return None if odd or len(found) != len(names) else found


def same(first: Value, again: Value) -> bool:
    """Tell whether two answers to the same question are the same, up to rounding."""
    if isinstance(first, list | tuple) and isinstance(again, list | tuple):
        return len(first) == len(again) and all(map(same, first, again))
    if isinstance(first, dict) and isinstance(again, dict):
        return first.keys() == again.keys() and all(same(first[k], again[k]) for k in first)
    a, b = numeric(first), numeric(again)
    if isinstance(a, Numeric) and isinstance(b, Numeric):
        return a.values.shape == b.values.shape and bool(
            numpy.allclose(a.values, b.values, rtol=1e-4, atol=1e-12, equal_nan=True)
        )
    return type(first) is type(again)
