"""Read numbers out of whatever a student may return, with the precision that they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy

from grader.judging.evidence import Array, Foreign, Value
from grader.judging.kinds import kind_of_foreign

__all__ = [
    "BFLOAT16",
    "FLOAT16",
    "FLOAT32",
    "FLOAT64",
    "Floats",
    "NotNumeric",
    "Numeric",
    "numeric",
    "precision",
]

FLOAT32, FLOAT64 = 2.0**-23, 2.0**-52
FLOAT16, BFLOAT16 = 2.0**-10, 2.0**-7
_HALVES = {"float16": FLOAT16, "bfloat16": BFLOAT16}

Floats: TypeAlias = numpy.ndarray[Any, numpy.dtype[numpy.float64]]


@dataclass(frozen=True, eq=False)
class Numeric:
    """Numbers as float64 and the machine epsilon of the precision that they show."""

    values: Floats
    declared: float | None = None
    """The epsilon of what they were stored as; None for float64, which may hold float32 numbers."""
    half: float = 0.0
    """Epsilon of a half precision in which the numbers were stored; else 0."""

    @cached_property
    def shown(self) -> float:
        """The epsilon that the numbers show, whatever they were stored as."""
        return precision(self.values)

    @property
    def epsilon(self) -> float:
        """The epsilon of what they were stored as, or what float64 numbers show."""
        return self.shown if self.declared is None else self.declared


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
        return NotNumeric("a truth value")
    if isinstance(value, int):
        return Numeric(numpy.array(float(value)), FLOAT64)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Array):
        return _array(value)
    if isinstance(value, list | tuple):
        return _stacked(value)
    if isinstance(value, Foreign):
        return NotNumeric(kind_of_foreign(value))
    if value is None:
        return NotNumeric("None")
    return NotNumeric("a text" if isinstance(value, str) else "a dict")


def _number(value: float) -> Numeric:
    return Numeric(numpy.array(value, dtype=numpy.float64))


def _array(value: Array) -> Numeric | NotNumeric:
    if value.dtype == "bool":
        return NotNumeric("a tensor of truth values")
    values = value.values.astype(numpy.float64)
    if value.dtype == "float64":
        return Numeric(values)
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
        return NotNumeric("parts of different lengths or shapes")
    values = numpy.stack([part.values for part in found])
    # Together, for one number of a list may be exact in float32 by chance: the start of a history.
    declared = FLOAT32 if _is_declared_single(value) else None
    return Numeric(values, declared, max(part.half for part in found))


def _is_declared_single(value: Value | Sequence[Any]) -> bool:
    """Return whether tensors of single or half precision are among the parts."""
    if isinstance(value, list | tuple):
        return any(_is_declared_single(item) for item in value)
    return isinstance(value, Array) and value.dtype in ("float32", *_HALVES)


def precision(values: Floats) -> float:
    """Return FLOAT32 when every number is exactly representable in float32, else FLOAT64.

    A float64 computation gives such a number by chance once in 2^29, so this finds float32 inside
    code that returns float64; dyadic exact values are right anyway.
    """
    with numpy.errstate(all="ignore"):
        rounded = values.astype(numpy.float32).astype(numpy.float64)
    return FLOAT32 if bool(numpy.all((rounded == values) | numpy.isnan(values))) else FLOAT64
