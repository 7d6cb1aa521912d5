"""What came of filling scores into a file that a platform exported."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from grader.exports.selection import final, points_text
from grader.model import Score
from grader.submissions.matching import Match, Rows
from grader.submissions.roster import Person

__all__ = ["Filled", "decimal", "placed_in", "scale_of"]


@dataclass(frozen=True)
class Filled:
    """A filled file, whose grades went in, and whose did not and why."""

    content: bytes
    filled: tuple[str, ...]
    left: tuple[str, ...]
    """`student: reason`, one a score that has no row or is provisional."""
    scale: str = ""
    """What points were scaled to, where the platform's maximum is another one."""
    notes: tuple[str, ...] = ()
    """What else an instructor should know about the file."""


def placed_in(
    rows: Rows,
    scores: Sequence[Score],
    people: Mapping[str, Person],
    refusal: Callable[[int], str] = lambda _: "",
) -> tuple[list[tuple[Score, int]], list[str]]:
    """Return the row of each final score, and `student: reason` for all others.

    `refusal` says why a row takes no score, or nothing.
    """
    students = {score.student for score in scores}
    others = [person for handle, person in people.items() if handle not in students]
    whose = [people.get(score.student, Person(score.student)) for score in scores]
    done = {score.student for score in final(scores)}
    placed, left = [], []
    for score, match in zip(scores, rows.matches(whose, others), strict=True):
        if score.student not in done:
            match = Match(None, "provisional; a person has to decide first")
        why = match.why if match.row is None else refusal(match.row)
        if match.row is None or why:
            left.append(f"{score.student}: {why}")
        else:
            placed.append((score, match.row))
    return placed, left


def scale_of(ours: float, theirs: float | None) -> str:
    """Say what points are scaled to, nothing where they stay."""
    if theirs is None or theirs == ours:
        return ""
    return f"{points_text(ours)} -> {points_text(theirs)}"


def decimal(text: str) -> tuple[float | None, bool]:
    """Return the number that a cell holds, and whether it writes a comma: `7,50`, `1.000,5`."""
    plain = "".join(text.split()).replace("\u00a0", "").replace("'", "")
    comma = plain.rfind(",") > plain.rfind(".")
    grouped, point = (".", ",") if comma else (",", ".")
    plain = plain.replace(grouped, "").replace(point, ".")
    try:
        number = float(plain)
    except ValueError:
        return None, False
    usable = plain.isascii() and plain.replace(".", "", 1).lstrip("-").isdigit()
    return (number, comma) if usable else (None, False)
