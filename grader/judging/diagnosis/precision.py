"""Tell from the digits of wrong numbers that something inside runs in a lower precision.

A number of a precision of p bits has zeros beyond its first p binary digits. When all numbers
have, some use the last of the p bits, and all are nearly right, that is the precision they had.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy

from grader.judging.checks import CaseMeasured
from grader.judging.diagnosis.statement import Statement
from grader.judging.numbers import (
    BFLOAT16,
    FLOAT16,
    FLOAT32,
    FLOAT64,
    Floats,
    Numeric,
    numeric,
)
from grader.judging.oracle import HALF_SAFETY, Expectation, Expected
from grader.model import MeasuredItem

__all__ = ["statement_about_digits", "statement_about_precision"]

_LEAST_NUMBERS = 4
_NEAR = 0.05
"""How nearly right float32 numbers must be; a finite difference magnifies their rounding."""


def statement_about_digits(
    expected: Sequence[Expectation], measured: Sequence[CaseMeasured]
) -> Statement | None:
    """Return that wrong items are right to many digits, as neither float32 nor float64 work is.

    Such numbers lie within float32 rounding of what is right, and come from no float32 work.
    """
    wrong = [
        (case.items[k], wanted.items[k], case)
        for wanted, case in zip(expected, measured, strict=True)
        for k in range(len(case.items))
        if not case.items[k].agrees
    ]
    if not wrong or not all(_within_single(item, case) for item, _, case in wrong):
        return None
    worst = max(_share(item, asked) for item, asked, _ in wrong)
    digits = math.floor(-math.log10(worst)) if worst > 0 else 15
    return Statement(
        "approximation",
        "close, but not exact",
        f"The wrong numbers are close: right to about {digits} digits, and wrong after that.",
        "Work in float64 is right to about 15 digits, and work in float32 gives float32 numbers. "
        "This looks like an approximation, such as a finite difference or a loop that stops too "
        "early. Or a Python float has become float32 on the way, as in `torch.tensor(x)`: name its "
        "`dtype`.",
        seen=True,
    )


def _within_single(item: MeasuredItem, case: CaseMeasured) -> bool:
    """Return whether an item that is wrong in float64 is right to float32 rounding."""
    if item.note or not item.error or not item.tolerance or case.epsilon != FLOAT64:
        return False
    return item.error <= item.tolerance * FLOAT32 / FLOAT64


def _share(item: MeasuredItem, asked: Expected) -> float:
    largest = float(numpy.max(numpy.abs(numpy.asarray(asked.value, float)), initial=0.0))
    return (item.error or 0.0) / largest if largest else 1.0


def statement_about_precision(
    expected: Sequence[Expectation], measured: Sequence[CaseMeasured], single_is_right: bool
) -> Statement | None:
    """Return that every wrong item was computed in half precision, or in float32.

    `single_is_right` where float32 is good enough, so that it cannot be what is wrong.
    """
    wrong = [
        index
        for index in range(len(expected[0].items) if expected else 0)
        if not all(case.items[index].agrees for case in measured)
    ]
    found = {_name_of(index, expected, measured) for index in wrong}
    name = found.pop() if len(found) == 1 else None
    if name is None or (name == "float32" and single_is_right):
        return None
    fact = f"Your numbers are nearly right, but they have no more digits than {name} holds."
    return Statement(
        f"{name}-inside", f"computed in {name}", fact,
        "Look for the place where a number is converted, or made without the argument's dtype.",
    )  # fmt: skip


def _name_of(
    index: int, expected: Sequence[Expectation], measured: Sequence[CaseMeasured]
) -> str | None:
    """Return the precision that one item shows in its wrong cases together."""
    pairs = [
        (wanted.items[index], numeric(case.got.get(wanted.items[index].name)))
        for wanted, case in zip(expected, measured, strict=True)
        if case.case.dtype == "float64" and not case.items[index].agrees
    ]
    if len(pairs) < 2:
        return None  # right numbers have few digits too, and one wrong case may be anything
    values: list[Floats] = []
    for wanted, got in pairs:
        if not isinstance(got, Numeric) or not isinstance(wanted.value, numpy.ndarray):
            return None
        if got.values.shape != wanted.value.shape or not numpy.all(numpy.isfinite(got.values)):
            return None
        values.append(numpy.ravel(got.values))
    together = numpy.concatenate(values) if values else numpy.zeros(0)
    if numpy.count_nonzero(together) < _LEAST_NUMBERS:
        return None
    for name, bits, epsilon in (("bfloat16", 8, BFLOAT16), ("float16", 11, FLOAT16)):
        if bits - 1 <= _bits(together) <= bits:
            near = all(_near(wanted, got, HALF_SAFETY * epsilon) for wanted, got in pairs)
            return name if near else None
    if 23 <= _bits(together) <= 24 and all(_near(a, b, _NEAR) for a, b in pairs):
        return "float32"
    return None


def _bits(values: Floats) -> int:
    """Return the most binary digits that any of the numbers has."""
    mantissa, _ = numpy.frexp(values[values != 0])
    digits = numpy.abs(mantissa * 2.0**53).astype(numpy.int64)
    lowest = digits & -digits
    return int(53 - numpy.log2(lowest.astype(numpy.float64)).min())


def _near(wanted: Expected, got: Numeric | object, share: float) -> bool:
    assert isinstance(got, Numeric)
    assert isinstance(wanted.value, numpy.ndarray)
    spread = wanted.spread if wanted.spread is not None else 0.0
    size = numpy.maximum(numpy.abs(wanted.value) + spread, 0.0)
    return bool(numpy.all(numpy.abs(got.values - wanted.value) <= share * size))
