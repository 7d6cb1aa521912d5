"""Which of several attempts counts: the newest, the best, or the one that a person chose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from grader.model import Score

__all__ = ["Rule", "counting"]

Rule = Literal["newest", "best"]


def counting(attempts: Sequence[Score], rule: Rule, chosen: str | None = None) -> int:
    """Return the position of the attempt that counts among all of them, oldest first.

    `chosen` is the sha256 of a file that a person chose; it goes before the rule. Of equally good
    attempts the newest counts. An attempt that is not graded to its end counts under `best` only
    where none is: its points are not known.
    """
    if not attempts:
        raise ValueError("there is no attempt")
    positions = range(len(attempts))
    if chosen is not None:
        found = [place for place in positions if attempts[place].sha256 == chosen]
        if found:
            return found[-1]
    if rule == "newest":
        return len(attempts) - 1
    graded = [place for place in positions if attempts[place].status == "graded"]
    return max(graded or positions, key=lambda place: (attempts[place].final, place))
