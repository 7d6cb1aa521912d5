"""Expect of what a cell prints that certain numbers stand in it, in their order."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.judging.evidence import Value
from grader.judging.numbers import Numeric, numeric
from grader.judging.properties import Property

__all__ = ["printed"]

_NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]*\w)")
CLOSE = 2e-4
"""Relative error that is granted beside the rounding of a print: float32 loses less."""
COARSE = 0.1
"""A number that is printed with a larger relative error than this says nothing."""
MORE = 4
"""How many times as many numbers with decimals may be printed as are asked for."""
FEW = 10


@dataclass(frozen=True)
class _Printed:
    value: float
    off: float
    """How far the number may be from what it was rounded from."""
    whole: bool


def printed(numbers: Sequence[float], what: str) -> Property:
    """Expect a text that shows these numbers in this order, or the last of them as a number.

    Other numbers may stand between them, but not so many that any number is among them. A number
    counts as shown when it agrees up to the digits that are printed.
    """
    wanted = [float(number) for number in numbers]

    def holds(value: Value) -> bool:
        if isinstance(value, str):
            found = list(_numbers(value))
            return _in_order(wanted, found) == len(wanted) and not _too_many(wanted, found)
        alone = numeric(value)
        return (
            isinstance(alone, Numeric)
            and alone.values.size == 1
            and abs(float(alone.values.reshape(-1)[0]) - wanted[-1]) <= CLOSE * abs(wanted[-1])
        )

    def miss(value: Value) -> str:
        if not isinstance(value, str):
            return ""
        found = list(_numbers(value))
        if _too_many(wanted, found):
            return "for far more numbers are printed than were asked for"
        if not found:
            return "for no number is printed"
        if _in_order(wanted, found, coarse=True) == len(wanted):
            return "for the numbers are printed with too few digits"
        if len(wanted) == 1:
            return "which is not among the printed numbers"
        right = _in_order(wanted, found)
        return f"for only {right} of {len(wanted)} numbers are right, in their order"

    text = what if what.startswith("the ") else f"the {what}"
    example = "\n".join(f"{number:.6g}" for number in wanted)
    return Property(text, holds, miss, example)


def _numbers(text: str) -> Iterator[_Printed]:
    for found in _NUMBER.finditer(text):
        digits, _, power = found[0].lower().partition("e")
        if len(power) > 4 or not math.isfinite(float(found[0])):
            continue  # nothing that was asked for looks like that
        decimals = len(digits.partition(".")[2])
        value = float(found[0])
        whole = "." not in digits and not power
        off = 0.0 if whole else 0.5 * 10.0 ** (int(power or 0) - decimals)
        yield _Printed(value, off, whole)


def _in_order(wanted: Sequence[float], found: Sequence[_Printed], coarse: bool = False) -> int:
    """Return how many of the wanted numbers follow one another in what was found."""
    place = 0
    for number in found:
        if place < len(wanted) and _shows(number, wanted[place], coarse):
            place += 1
    return place


def _shows(number: _Printed, wanted: float, coarse: bool) -> bool:
    if not coarse and number.off > COARSE * abs(wanted) and wanted:
        return False
    return abs(number.value - wanted) <= 1.01 * number.off + CLOSE * abs(wanted)


def _too_many(wanted: Sequence[float], found: Sequence[_Printed]) -> bool:
    decimals = sum(not number.whole for number in found)
    return decimals > MORE * len(wanted) + FEW
