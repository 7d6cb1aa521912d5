"""Take the answers to both dtypes apart: what each half earns, and which one is spoken about.

Every numeric case has a twin that asks the same in float32 (`Case.twin_of`), after all others. Each
dtype is worth half of an item, so what goes wrong in one dtype alone costs that half and no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from grader.judging.checks import CaseMeasured
from grader.judging.evidence import Answer
from grader.model import Case

__all__ = ["Half", "half_without_error", "halves", "shares", "spoken"]

T = TypeVar("T")


@dataclass(frozen=True)
class Half:
    """The cases of one dtype, those that are asked once among them."""

    indices: tuple[int, ...]
    """For every case that is no twin: itself, or its twin."""
    dtype: str
    """`float64` or `float32`; empty where nothing is asked twice."""

    def of(self, each: Sequence[T]) -> list[T]:
        """Return what belongs to the half, in the order of the cases that are no twins."""
        return [each[index] for index in self.indices]


def halves(cases: Sequence[Case]) -> tuple[Half, ...]:
    """Return the halves of some cases: one where nothing is asked twice."""
    base = tuple(index for index, case in enumerate(cases) if not case.twin_of)
    twins = {case.twin_of: index for index, case in enumerate(cases) if case.twin_of}
    if not twins:
        return (Half(base, ""),)
    single = tuple(twins.get(cases[index].id, index) for index in base)
    return Half(base, "float64"), Half(single, "float32")


def shares(measured: Sequence[CaseMeasured]) -> tuple[float, ...]:
    """Return the share of every item that is earned: one half for each dtype that is right."""
    parts = halves([case.case for case in measured])
    count = len(measured[0].items) if measured else 0
    return tuple(
        sum(all(case.items[k].agrees for case in part.of(measured)) for part in parts) / len(parts)
        for k in range(count)
    )


def spoken(measured: Sequence[CaseMeasured], credited: Sequence[str] = ()) -> tuple[Half, str]:
    """Return the half to speak about, and what is to be said of the other one.

    Items that are `credited` although their numbers are wrong are not spoken about.
    """
    parts = halves([case.case for case in measured])
    wrong = [not all(case.agrees for case in part.of(measured)) for part in parts]
    if len(parts) == 1 or not any(wrong):
        return parts[0], ""
    if all(wrong):
        return parts[0], _wrong_in_one(measured, parts, credited)
    chosen, other = (parts[0], parts[1]) if wrong[0] else (parts[1], parts[0])
    return chosen, (
        f" That is so with {chosen.dtype} arguments; with {other.dtype} arguments, which count "
        "half, it is right."
    )


def _wrong_in_one(
    measured: Sequence[CaseMeasured], parts: Sequence[Half], credited: Sequence[str]
) -> str:
    """Say which items are wrong in one dtype alone, where both dtypes have wrong items."""
    items = measured[0].items
    ok = [
        [all(case.items[k].agrees for case in part.of(measured)) for k in range(len(items))]
        for part in parts
    ]
    said = ""
    for mine, other, part in ((ok[0], ok[1], parts[0]), (ok[1], ok[0], parts[1])):
        names = [
            item.name
            for item, right, elsewhere in zip(items, mine, other, strict=True)
            if not right and elsewhere and item.name not in credited
        ]
        if names:
            said += f" Wrong with {part.dtype} arguments only: {', '.join(names)}."
    return said


def half_without_error(cases: Sequence[Case], answers: Sequence[Answer]) -> Half | None:
    """Return the half in which no call raises, where the other one raises."""
    parts = halves(cases)
    whole = [part for part in parts if all(a.error is None for a in part.of(answers))]
    return whole[0] if len(whole) == 1 and len(parts) == 2 else None
