"""Put a student's checks in the order in which to read them: causes before what follows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.model import CheckVerdict, Outcome, Score

__all__ = ["Numbered", "best_next_step", "in_reading_order", "said_already"]

Numbered = tuple[int, CheckVerdict]
"""A check with its number in the exercise, which links use."""
_NOT_THEIRS = (
    Outcome.PASS, Outcome.BROKEN, Outcome.SKIPPED, Outcome.INCONCLUSIVE, Outcome.AWAITING
)  # fmt: skip


def in_reading_order(score: Score) -> tuple[Numbered, ...]:
    """List what is not right yet, each cause before what builds on it, then what is right."""
    numbered = tuple(enumerate(score.checks, start=1))
    left = [pair for pair in numbered if pair[1].outcome is not Outcome.PASS]
    right = [pair for pair in numbered if pair[1].outcome is Outcome.PASS]
    ordered: list[Numbered] = []
    while left:
        waiting = {check.id for _, check in left}
        # In a circle nothing is first; then the order of the exercise decides.
        free = (pair for pair in left if not waiting.intersection(pair[1].builds_on))
        first = next(free, left[0])
        left.remove(first)
        ordered.append(first)
    return (*ordered, *right)


def best_next_step(score: Score) -> tuple[int, CheckVerdict, float] | None:
    """Find the root cause: the check that holds up most others, the first of equals.

    Gives its number, itself, and the points to gain; None where nothing could be graded.
    """
    if score.status == "ungraded":
        return None
    ordered = in_reading_order(score)
    theirs = [
        (number, check)
        for number, check in ordered
        if check.outcome not in _NOT_THEIRS and check.possible > check.earned
    ]
    open_ones = {check.id for _, check in theirs}
    roots = [pair for pair in theirs if not open_ones.intersection(pair[1].builds_on)] or theirs
    best = max(roots, key=lambda pair: _held_up(pair[1], ordered), default=None)
    if best is None:
        return None
    number, check = best
    return number, check, check.possible - check.earned


def _held_up(check: CheckVerdict, ordered: Sequence[Numbered]) -> int:
    """Count the checks that are not right and build on this one, directly or not."""
    held = {check.id}
    for _, other in ordered:
        if other.outcome is not Outcome.PASS and held.intersection(other.builds_on):
            held.add(other.id)
    return len(held)


def said_already(score: Score, ordered: Sequence[Numbered]) -> frozenset[int]:
    """Find the checks whose message the page has given already, on top or at an earlier check."""
    given = {(Outcome.MISSING, score.message)} if score.status != "graded" else set()
    again = set()
    for number, check in ordered:
        by_person = check.outcome is not Outcome.AWAITING and bool(check.answer or check.criteria)
        if check.outcome is Outcome.PASS or not check.feedback or by_person:
            continue  # what a person wrote twice has no cause in common
        said = check.outcome, check.feedback
        for name in {check.id, check.call or check.id}:
            said = said[0], re.sub(rf"(?i)`{re.escape(name)}`", "`…`", said[1])
        if (check.outcome, check.feedback) in given or said in given:
            again.add(number)
        given |= {said, (check.outcome, check.feedback)}
    return frozenset(again)
