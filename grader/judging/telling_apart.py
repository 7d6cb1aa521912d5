"""Find declared mistakes that no case of a check tells apart, and a case that does.

Two mistakes that give the same numbers wherever they are asked cannot be named apart. So further
draws are looked at until one separates them, and it becomes a case of the plan. Where none does,
they are one mistake in two words, and students read both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy

from grader.judging.conditioning import coordinates
from grader.judging.oracle import Expectation, Expected
from grader.model import Case

__all__ = ["alike", "cheapest_first", "separating", "showing_again"]

CLEAR = 1e-3
"""Mistakes differ clearly where they do by this share of the largest number."""

Answers = Callable[[Mapping[str, Any], Case], Expectation | None]
"""What a namespace makes of a case; None where it makes nothing of it."""


def separating(
    right: Mapping[str, Any],
    mistakes: Sequence[Mapping[str, Any]],
    cases: Sequence[Case],
    further: Iterator[Case],
    answers: Answers,
    most: int,
) -> Iterator[Case]:
    """Yield at most `most` of the further cases, each of which tells apart what no other did.

    Mistakes that give the right answers in all cases do not show there and need no name.
    """
    known = alike([right, *mistakes], cases, answers)
    groups = [group for group in known if group[0] is not right]
    for case in further:
        if not groups or not most:
            return
        finer = [part for group in groups for part in _parted(group, case, answers)]
        if len(finer) > len(groups):
            most -= 1
            yield case
        groups = [group for group in finer if len(group) > 1]


def showing_again(
    right: Mapping[str, Any],
    mistakes: Sequence[Mapping[str, Any]],
    cases: Sequence[Case],
    further: Iterator[Case],
    answers: Answers,
    most: int,
) -> Iterator[Case]:
    """Yield at most `most` of the further cases, for mistakes that show in one case only.

    Nothing is named that a single case shows.
    """
    lonely = [m for m in mistakes if _shows(right, m, cases, answers) == 1]
    for case in further:
        if not lonely or not most:
            return
        left = [m for m in lonely if not _shows(right, m, [case], answers)]
        if len(left) < len(lonely):
            most -= 1
            yield case
        lonely = left


def _shows(
    right: Mapping[str, Any], mistake: Mapping[str, Any], cases: Sequence[Case], answers: Answers
) -> int:
    """Return in how many cases a mistake shows, at most two."""
    differing = (
        case for case in sorted(cases, key=cheapest_first)
        if not _same(answers(right, case), answers(mistake, case))
    )  # fmt: skip
    return len(list(islice(differing, 2)))


def alike(
    mistakes: Sequence[Mapping[str, Any]], cases: Sequence[Case], answers: Answers
) -> list[list[Mapping[str, Any]]]:
    """Return the groups of two and more namespaces that answer alike in all cases."""
    groups = [list(mistakes)]
    for case in sorted(cases, key=cheapest_first):
        parts = [part for group in groups for part in _parted(group, case, answers)]
        groups = [part for part in parts if len(part) > 1]
    return groups


def cheapest_first(case: Case) -> tuple[bool, float]:
    """Return what to sort cases by: hidden ones first, and those of few steps and numbers."""
    steps = max((n for n in case.arguments.values() if type(n) is int), default=0)
    return case.public, (1.0 + max(steps, 0)) * (1 + coordinates(case.arguments))


def _parted(
    group: Sequence[Mapping[str, Any]], case: Case, answers: Answers
) -> list[list[Mapping[str, Any]]]:
    """Return a group in parts of those that answer one case alike."""
    parts: list[tuple[Expectation | None, list[Mapping[str, Any]]]] = []
    for namespace in group:
        found = answers(namespace, case)
        for first, part in parts:
            if _same(first, found):
                part.append(namespace)
                break
        else:
            parts.append((found, [namespace]))
    return [part for _, part in parts]


def _same(first: Expectation | None, other: Expectation | None) -> bool:
    """Return whether two answers are not clearly different."""
    if first is None or other is None:
        return first is other
    if first.returned != other.returned or len(first.items) != len(other.items):
        return False
    return all(map(_item_same, first.items, other.items))


def _item_same(first: Expected, other: Expected) -> bool:
    a, b = first.value, other.value
    if not isinstance(a, numpy.ndarray) or not isinstance(b, numpy.ndarray):
        return type(a) is type(b) and (a == b or not isinstance(a, bool | str))
    if a.shape != b.shape:
        return False
    lost = ~numpy.isfinite(a) | ~numpy.isfinite(b)
    if numpy.any(numpy.isfinite(a[lost]) | numpy.isfinite(b[lost])):
        return False
    size = float(numpy.max(numpy.abs(a[~lost]), initial=0.0))
    return bool(numpy.all(numpy.abs(a - b)[~lost] <= CLEAR * size))
