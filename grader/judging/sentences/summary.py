"""Sum up what was measured, for the record: items over all cases, public cases, hidden ones."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy

from grader.judging.checks import SECOND, CaseMeasured
from grader.judging.entrywise import Differences
from grader.judging.numbers import (
    BFLOAT16,
    FLOAT32,
    FLOAT64,
    Floats,
    NotNumeric,
    Numeric,
    numeric,
)
from grader.judging.oracle import RESOLUTION, Expectation, Expected, tolerance
from grader.judging.sentences.wording import value_text
from grader.model import Case, Check, Entries, HiddenSummary, Measured, MeasuredItem

__all__ = ["decisive", "hidden_cases", "over_cases", "public_cases", "remarks"]

MOST_ENTRIES = 400
HALF_RESOLUTION = 0.25
"""Half precision cannot tell 1 % from rounding, but it can tell every mistake with a name."""


def over_cases(measured: Sequence[CaseMeasured]) -> tuple[MeasuredItem, ...]:
    """Return every item once: a disagreement, else its worst agreement."""
    rows = zip(*(case.items for case in measured), strict=True)
    return tuple(_worst(row) for row in rows)


def _worst(items: Sequence[MeasuredItem]) -> MeasuredItem:
    wrong = [item for item in items if not item.agrees]
    chosen = max(wrong, key=lambda item: bool(item.note)) if wrong else max(items, key=_margin)
    return replace(chosen, expected=None, got=None)


def _margin(item: MeasuredItem) -> float:
    if item.error is None or item.tolerance is None:
        return 0.0 if item.agrees else float("inf")
    if item.tolerance == 0:
        return 0.0 if item.error == 0 else float("inf")
    return item.error / item.tolerance


def public_cases(
    expected: Sequence[Expectation],
    measured: Sequence[CaseMeasured],
    relative: float | None,
    differences: Differences,
) -> tuple[Measured, ...]:
    """Return the published cases with all that a student may see of them."""
    return tuple(
        Measured(
            case.case.id,
            True,
            tuple(
                _shown(item, wanted, case, relative, differences, (place, number))
                for number, (item, wanted) in enumerate(
                    zip(case.items, expectation.items, strict=True)
                )
            ),
            {name: value_text(value) for name, value in case.case.arguments.items()},
            _plotted(case.case.arguments),
        )
        for place, (case, expectation) in enumerate(zip(measured, expected, strict=True))
        if case.case.public
    )


def _shown(
    item: MeasuredItem,
    wanted: Expected,
    case: CaseMeasured,
    relative: float | None,
    differences: Differences,
    place: tuple[int, int],
) -> MeasuredItem:
    answer = case.got_again if item.note.endswith(SECOND) else case.got
    got = answer.get(item.name)
    numbers = case.numbers.get(item.name) if answer is case.got else numeric(got)
    entries = _entries(wanted, numbers, case.precisions[place[1]], relative)
    beside = differences.at(*place)
    if entries is not None and len(beside) == len(entries.got):
        entries = replace(entries, differences=beside, differences_of=differences.of)
    return replace(
        item,
        expected=value_text(wanted.value),
        got=value_text(got) if item.name in answer else None,
        entries=entries,
    )


def _entries(
    wanted: Expected, numbers: Numeric | NotNumeric | None, epsilon: float, relative: float | None
) -> Entries | None:
    """Return the numbers behind the texts, where both sides have the same shape."""
    if not isinstance(wanted.value, numpy.ndarray) or not isinstance(numbers, Numeric):
        return None
    if numbers.values.shape != wanted.value.shape or wanted.value.size > MOST_ENTRIES:
        return None
    limit = tolerance(wanted, epsilon, numbers.half, relative)
    return Entries(wanted.value.shape, _flat(wanted.value), _flat(numbers.values), _flat(limit))


def _plotted(arguments: Mapping[str, Any]) -> dict[str, tuple[float, ...]]:
    found = {}
    for name, value in arguments.items():
        plain = value.detach().numpy() if hasattr(value, "detach") else value
        if isinstance(plain, str | bool) or plain is None:
            continue
        try:
            array = numpy.asarray(plain, dtype=numpy.float64)
        except (TypeError, ValueError):
            continue
        if array.ndim <= 1 and array.size <= MOST_ENTRIES:
            found[name] = _flat(array)
    return found


def _flat(values: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in numpy.ravel(values))


def hidden_cases(measured: Sequence[CaseMeasured]) -> HiddenSummary:
    """Return all that a student may know of the hidden cases; a case and its twin are one."""
    hidden = [case for case in measured if not case.case.public]
    margins = [_margin(item) for case in hidden for item in case.items]
    finite = [margin for margin in margins if numpy.isfinite(margin)]
    failed = {case.case.twin_of or case.case.id for case in hidden if not case.agrees}
    asked = {case.case.twin_of or case.case.id for case in hidden}
    return HiddenSummary(
        cases=len(asked),
        passed=len(asked - failed),
        margin=max(finite, default=None),
        categories=tuple(dict.fromkeys(case.case.category for case in hidden if not case.agrees)),
    )


def decisive(
    expected: Sequence[Expectation], measured: Sequence[CaseMeasured], check: Check
) -> bool:
    """Return whether at least half of the cases could tell right from wrong."""
    if check.tolerance is not None:
        return True
    decided = [
        all(_resolved(item, case) for item in wanted.items)
        for wanted, case in zip(expected, measured, strict=True)
    ]
    return 2 * sum(decided) >= len(decided)


def decisive_as_asked(expected: Sequence[Expectation], cases: Sequence[Case]) -> bool:
    """Return whether at least half of the cases can tell right from wrong in their own precision.

    Where they can, numbers that cannot are of the student's making.
    """
    decided = [
        all(_resolved_by(item, FLOAT32 if case.dtype == "float32" else FLOAT64)
            for item in wanted.items)
        for wanted, case in zip(expected, cases, strict=True)
    ]  # fmt: skip
    return 2 * sum(decided) >= len(decided)


def _resolved(wanted: Expected, case: CaseMeasured) -> bool:
    """Return whether the median tolerance is a small share of its number."""
    numbers = case.numbers.get(wanted.name)
    if not isinstance(wanted.value, numpy.ndarray) or not isinstance(numbers, Numeric):
        return True
    return _resolved_by(wanted, case.epsilon, numbers.half)


def _resolved_by(wanted: Expected, epsilon: float, half: float = 0.0) -> bool:
    if (epsilon, half) not in wanted.resolved:
        wanted.resolved[epsilon, half] = _resolves(wanted, epsilon, half)
    return wanted.resolved[epsilon, half]


def _resolves(wanted: Expected, epsilon: float, half: float) -> bool:
    if not isinstance(wanted.value, numpy.ndarray) or wanted.spread is None:
        return True
    size = numpy.abs(wanted.value)
    if not numpy.any(size):
        return True
    limit = tolerance(wanted, epsilon, half)
    share = float(numpy.median(limit[size > 0] / size[size > 0]))
    return share <= (HALF_RESOLUTION if half else RESOLUTION)


def _coarse(index: int, case: CaseMeasured) -> bool:
    """Return whether an item that agrees would not, had float64 been the yardstick."""
    item = case.items[index]
    if item.error is None or item.tolerance is None or case.precisions[index] != FLOAT32:
        return False
    return item.error > item.tolerance * FLOAT64 / FLOAT32


def remarks(measured: Sequence[CaseMeasured]) -> tuple[str, ...]:
    """Remark on results that are less precise than their inputs; this costs nothing."""
    agreeing = [case for case in measured if case.agrees]
    halves = [half for case in agreeing if (half := _half(case))]
    if halves:
        name = "bfloat16" if max(halves) == BFLOAT16 else "float16"
        return (f"Your result is only as precise as half precision ({name}).",)
    shares = [
        _share(k, case)
        for case in agreeing
        if case.case.dtype == "float64" and _has_dtype(case.case.arguments)
        for k in range(len(case.items))
        if _coarse(k, case)
    ]
    if not shares:
        return ()
    digits = max(1, math.floor(-math.log10(max(shares))))
    said = (
        f"With float64 arguments your result is right to about {digits} digits: that is float32 "
        "precision, and costs nothing. Work in float64 is right to about 15."
    )
    return (said,)


def _share(index: int, case: CaseMeasured) -> float:
    """Return the error of an item, as a share of its largest number."""
    item = case.items[index]
    numbers = case.numbers[item.name]
    assert isinstance(numbers, Numeric)
    assert item.error is not None
    return item.error / float(numpy.max(numpy.abs(numbers.values), initial=item.error))


def _has_dtype(value: Any) -> bool:
    """Return whether floating tensors are among some arguments; a Python float has no dtype."""
    if isinstance(value, Mapping):
        return any(map(_has_dtype, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_has_dtype, value))
    return hasattr(value, "is_floating_point") and bool(value.is_floating_point())


def _half(case: CaseMeasured) -> float:
    """Return the epsilon of the half precision that made numbers of a case inexact, else 0."""
    found = [case.numbers.get(item.name) for item in case.items if item.error]
    return max((numbers.half for numbers in found if isinstance(numbers, Numeric)), default=0.0)
