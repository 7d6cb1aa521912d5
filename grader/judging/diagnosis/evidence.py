"""What a diagnosis looks at: each returned item over all cases, beside what is right.

A diagnosis is a statement about *all* cases: a candidate, numbers that a mistake would give,
either coincides with the student's everywhere or says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy

from grader.judging.checks import CaseMeasured
from grader.judging.numbers import FLOAT32, Floats, Numeric, numeric
from grader.judging.oracle import SAFETY, Expectation, Expected
from grader.model import Case, Check

__all__ = [
    "HUGE",
    "SLACK",
    "Asked",
    "Item",
    "Numbers",
    "alike_by_case",
    "coincides",
    "items_over_cases",
    "near",
    "numbers_of",
    "of_cases",
]

SLACK = 2.0
"""A mistake is matched at twice the tolerance of a right answer (64 u)."""

COARSE = 1e-2
"""What differs by more than this share of the largest number is another answer for certain."""

HUGE = 1e30
"""Beyond this float32 code may have overflowed where float64 has not."""


@dataclass(frozen=True, eq=False)
class Numbers:
    """Numbers with their size |g| + R, which rounding errors are measured by."""

    value: Floats
    size: Floats


@dataclass(frozen=True, eq=False)
class Asked:
    """One check with everything that was measured of it."""

    check: Check
    cases: Sequence[Case]
    expected: Sequence[Expectation]
    measured: Sequence[CaseMeasured]


@dataclass(frozen=True, eq=False)
class Item:
    """One returned item over all cases."""

    name: str
    right: bool
    """Whether it agrees in every case."""
    got: tuple[Floats | None, ...]
    want: tuple[Numbers, ...]
    again: tuple[Mapping[str, Numbers], ...]
    """All expected numbers of each case by name, this item's among them."""
    cases: Sequence[Case]
    epsilon: tuple[float, ...]
    relative: float | None

    @property
    def readable(self) -> bool:
        """True when the student returned numbers in every case."""
        return all(values is not None for values in self.got)


def items_over_cases(asked: Asked) -> tuple[Item, ...]:
    """Return the numeric items of a check; those that are words or properties are left out."""
    first = asked.expected[0].items if asked.expected else ()
    numeric_ones = [
        index
        for index in range(len(first))
        if all(isinstance(each.items[index].value, numpy.ndarray) for each in asked.expected)
    ]
    siblings = tuple(
        {each.items[index].name: numbers_of(each.items[index]) for index in numeric_ones}
        for each in asked.expected
    )
    return tuple(
        Item(
            name=first[index].name,
            right=all(case.items[index].agrees for case in asked.measured),
            got=tuple(_got(case, first[index].name) for case in asked.measured),
            want=tuple(numbers_of(each.items[index]) for each in asked.expected),
            again=siblings,
            cases=asked.cases,
            epsilon=tuple(case.epsilon for case in asked.measured),
            relative=asked.check.tolerance,
        )
        for index in numeric_ones
    )


def numbers_of(expected: Expected) -> Numbers:
    """Return the numbers of an expected item with their size."""
    assert isinstance(expected.value, numpy.ndarray)
    spread = expected.spread if expected.spread is not None else 0.0
    return Numbers(expected.value, numpy.abs(expected.value) + spread)


def _got(case: CaseMeasured, name: str) -> Floats | None:
    numbers = numeric(case.got.get(name))
    return numbers.values if isinstance(numbers, Numeric) else None


def coincides(item: Item, candidate: Sequence[Numbers | None]) -> bool:
    """Return whether a candidate gives the student's numbers in every case.

    First in the precision that the numbers show; then in float32, for results that were computed
    in float32 and widened.
    """
    return _coincides(item, candidate, 0.0) or _coincides(item, candidate, FLOAT32)


def alike_by_case(item: Item) -> list[bool]:
    """Return for every case whether the item is right there, be it in float32."""
    return [
        _alike(item, got, right, max(epsilon, FLOAT32))
        for got, right, epsilon in zip(item.got, item.want, item.epsilon, strict=True)
    ]


def of_cases(item: Item, kept: Sequence[int]) -> Item:
    """Return an item over some of its cases."""
    return replace(
        item,
        got=tuple(item.got[k] for k in kept),
        want=tuple(item.want[k] for k in kept),
        again=tuple(item.again[k] for k in kept),
        cases=[item.cases[k] for k in kept],
        epsilon=tuple(item.epsilon[k] for k in kept),
    )


def near(values: Floats | None, got: Floats) -> bool:
    """Return whether an answer may be the student's; nothing stands for what is not finite."""
    kept = numpy.isfinite(got)
    if values is None:
        return not bool(numpy.any(kept)) and got.size > 0
    if values.shape != got.shape:
        return False
    values, got = values[kept], got[kept]
    with numpy.errstate(invalid="ignore", over="ignore"):
        limit = COARSE * float(numpy.max(numpy.abs(values), initial=0.0))
        return bool(numpy.all(numpy.isfinite(values)) and numpy.all(abs(values - got) <= limit))


def _coincides(item: Item, candidate: Sequence[Numbers | None], least: float) -> bool:
    return all(
        _alike(item, got, wrong, max(epsilon, least))
        for got, wrong, epsilon in zip(item.got, candidate, item.epsilon, strict=True)
    )


def _alike(item: Item, got: Floats | None, wrong: Numbers | None, epsilon: float) -> bool:
    """Compare one case; what cannot be computed or overflows agrees with what is not finite."""
    if got is None:
        return False
    lost = ~numpy.isfinite(got)
    if wrong is None:
        return bool(numpy.all(lost)) and got.size > 0
    if got.shape != wrong.value.shape:
        return False
    with numpy.errstate(invalid="ignore", over="ignore"):
        near = numpy.abs(got - wrong.value) <= _limit(item, epsilon, wrong)
        gone = lost & ~(numpy.abs(wrong.value) < HUGE)
    return bool(numpy.all(near | gone))


def _limit(item: Item, epsilon: float, wrong: Numbers) -> Floats:
    found: Floats = SLACK * max(SAFETY * epsilon, item.relative or 0.0) * wrong.size
    return found
