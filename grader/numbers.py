"""Read numbers out of whatever a student may return, with the precision that they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy

from grader.evidence import Array, Foreign, Value

__all__ = ["FLOAT32", "FLOAT64", "Floats", "NotNumeric", "Numeric", "numeric", "precision"]

FLOAT32, FLOAT64 = 2.0**-23, 2.0**-52
_HALVES = {"float16": 2.0**-10, "bfloat16": 2.0**-7}

Floats: TypeAlias = numpy.ndarray[Any, numpy.dtype[numpy.float64]]


@dataclass(frozen=True, eq=False)
class Numeric:
    """Numbers as float64 and the machine epsilon of the precision that they show."""

    values: Floats
    epsilon: float
    half: float = 0.0
    """Epsilon of a half precision in which the numbers were stored; else 0."""


@dataclass(frozen=True)
class NotNumeric:
    """Why a value is no array of numbers, in words."""

    reason: str


def numeric(value: Value) -> Numeric | NotNumeric:
    """Return the numbers of anything that stands for an array of them.

    0-d tensors, floats, ints, numpy scalars, tensors and arrays of any numeric dtype, and lists
    or tuples of such become the same thing; a list of k numbers has shape (k,).
    """
    if isinstance(value, bool):
        return NotNumeric(f"{value}, a bool")
    if isinstance(value, int | float):
        return _number(float(value))
    if isinstance(value, Array):
        return _array(value)
    if isinstance(value, list | tuple):
        return _stacked(value)
    if isinstance(value, Foreign):
        return NotNumeric(f"an object of type {value.type_name}")
    if value is None:
        return NotNumeric("None")
    return NotNumeric("text" if isinstance(value, str) else "a dict")


def _number(value: float) -> Numeric:
    values = numpy.array(value, dtype=numpy.float64)
    return Numeric(values, precision(values))


def _array(value: Array) -> Numeric | NotNumeric:
    if value.dtype == "bool":
        return NotNumeric("a tensor of bools")
    values = value.values.astype(numpy.float64)
    if value.dtype == "float64":
        return Numeric(values, precision(values))
    half = _HALVES.get(value.dtype, 0.0)
    return Numeric(values, FLOAT32 if value.dtype.startswith(("float", "bf")) else FLOAT64, half)


def _stacked(value: Sequence[Any]) -> Numeric | NotNumeric:
    parts = [numeric(item) for item in value]
    for index, part in enumerate(parts):
        if isinstance(part, NotNumeric):
            return NotNumeric(f"a list with {part.reason} at position {index}")
    found = [part for part in parts if isinstance(part, Numeric)]
    if not found:
        return Numeric(numpy.zeros(0), FLOAT64)
    if len({part.values.shape for part in found}) > 1:
        return NotNumeric("a list of differently shaped parts")
    return Numeric(
        numpy.stack([part.values for part in found]),
        max(part.epsilon for part in found),
        max(part.half for part in found),
    )


def precision(values: Floats) -> float:
    """Return FLOAT32 when every number is exactly representable in float32, else FLOAT64.

    A float64 computation gives such a number by chance once in 2^29, so this finds float32 inside
    code that returns float64; dyadic exact values are right anyway.
    """
    with numpy.errstate(all="ignore"):
        rounded = values.astype(numpy.float32).astype(numpy.float64)
    return FLOAT32 if bool(numpy.all((rounded == values) | numpy.isnan(values))) else FLOAT64
