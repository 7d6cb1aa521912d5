"""Decide how precise each returned item has to be, from its answers in float64 and in float32.

Both questions of a pair are asked at one point that both dtypes hold exactly. Work in single
precision gives the same numbers to both, within float32 rounding, and shows it: its numbers are
float32 numbers, or those of the float32 question are, and are right. Work in double precision is
right to double precision. An approximation is neither: finite differences of float32 numbers fall
apart, and in float64 they give digits beyond float32 that are wrong.

    right in float64   to float64 rounding;
                       or to float32 rounding, where the numbers are float32 numbers, or where those
                       of the float32 question are, and are right
    right in float32   to float32 rounding, where its numbers are float32 numbers or the work is
                       single or double precision; else, its digits being those of float64, to
                       float64 rounding

For one way of working only the size of the error decides: a smaller one never costs more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.judging.numbers import FLOAT32, FLOAT64, NotNumeric, Numeric

__all__ = ["Seen", "precisions"]


@dataclass(frozen=True)
class Seen:
    """One item of one case: which yardsticks its numbers pass, and what precision they show."""

    double: bool
    """The case was asked in float64."""
    right: bool
    """Right to float64 rounding, in both calls."""
    right_in_single: bool
    """Right to float32 rounding, in both calls."""
    single: bool
    """Every number is a float32 number."""

    @classmethod
    def of(
        cls, double: bool, right: bool, right_in_single: bool, numbers: Numeric | NotNumeric | None
    ) -> Seen:
        """Look at the numbers of a case; what is no number shows no precision."""
        if not isinstance(numbers, Numeric):
            return cls(double, right, right_in_single, False)
        single = FLOAT32 in (numbers.declared, numbers.shown)
        return cls(double, right, right_in_single, single)


def precisions(seen: Sequence[Seen]) -> tuple[float, ...]:
    """Return the epsilon by which one item is measured in each of its cases.

    Asked in one dtype only, there is no telling how the numbers came about, and float32 rounding
    is granted.
    """
    doubles = [each for each in seen if each.double]
    singles = [each for each in seen if not each.double]
    exact = all(each.right for each in doubles)
    if not singles or not doubles:
        return (FLOAT64 if all(each.right for each in seen) else FLOAT32,) * len(seen)
    shown = all(each.single for each in singles)
    inside = all(each.single for each in doubles)
    follows = shown and all(each.right_in_single for each in singles)
    of_double = FLOAT32 if not exact and (inside or follows) else FLOAT64
    of_single = FLOAT32 if shown or inside or exact else FLOAT64
    return tuple(of_double if each.double else of_single for each in seen)
