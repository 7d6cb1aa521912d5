"""Find the checks that may be at fault themselves, each with the reason to look at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from grader.report.class_statistics import CheckFigures
from grader.report.phrases import percent

__all__ = ["Suspect", "suspects"]

_ENOUGH = 10
"""Submissions from which a share or a correlation of a check says something."""
_HARD = 0.25
_WEAK = 0.1
_SLOW = 0.1


@dataclass(frozen=True)
class Suspect:
    """One check and why it is worth a second look, the weightiest reason first."""

    check: CheckFigures
    reasons: tuple[str, ...]


def suspects(figures: Iterable[CheckFigures], words: Mapping[str, str]) -> tuple[Suspect, ...]:
    """List the checks with a reason against them, those with most reasons first."""
    found = [Suspect(check, reasons) for check in figures if (reasons := _reasons(check, words))]
    return tuple(
        sorted(found, key=lambda s: (-s.check.undecided, -len(s.reasons), -s.check.difficulty))
    )


def _reasons(check: CheckFigures, words: Mapping[str, str]) -> tuple[str, ...]:
    reasons = []
    if check.undecided:
        key = "suspect_flips_one" if check.undecided == 1 else "suspect_flips"
        reasons.append(words[key].format(count=check.undecided))
    if check.stopped >= 2 and check.stopped >= _SLOW * check.decided:
        reasons.append(words["suspect_slow"].format(count=check.stopped, all=check.decided))
    if check.decided >= _ENOUGH:
        if check.difficulty > 1 - _HARD and check.right < _HARD:
            reasons.append(words["suspect_hard"].format(share=percent(check.right)))
        if check.discrimination is not None and check.discrimination < 0:
            reasons.append(words["suspect_reversed"])
        elif check.discrimination is not None and check.discrimination < _WEAK:
            reasons.append(words["suspect_weak"])
    return tuple(reasons)
