"""What waits for a person, one item a check: pure functions on scores and decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from grader.model import Outcome, Score
from grader.scores.decisions import Decisions, left_behind, open_appeals

__all__ = ["Order", "Waiting", "waiting"]

Order = Literal["student", "question"]
"""All of one student's questions together, or one question of all students."""
_UNDECIDED = {
    Outcome.BROKEN: "our fault: nobody can say yet whether it is right",
    Outcome.INCONCLUSIVE: "undecided",
    Outcome.AWAITING: "to be graded by hand",
}


@dataclass(frozen=True)
class Waiting:
    """One thing to decide."""

    student: str
    exercise: str
    check: str
    """Empty: the whole work."""
    why: str


def waiting(
    scores: Iterable[Score], decisions: Decisions, order: Order = "student"
) -> tuple[Waiting, ...]:
    """Return what waits, of the newest attempts, in the order in which it is worked through."""
    found: dict[tuple[str, str, str], Waiting] = {}
    for score in scores:
        for item in _of(score, decisions):
            found.setdefault((item.student, item.exercise, item.check), item)

    def place(item: Waiting) -> tuple[str, str, str]:
        if order == "question":
            return item.exercise, item.check, item.student
        return item.exercise, item.student, item.check

    return tuple(sorted(found.values(), key=place))


def _of(score: Score, decisions: Decisions) -> Iterator[Waiting]:
    about = decisions.about(score)
    mine = score.student, score.exercise
    for check, text in open_appeals(about).items():
        yield Waiting(*mine, check, f"an appeal: {text}")
    for made in left_behind(score, about):
        why = f"{made.points:g} manual points were given for an earlier attempt: {made.text}"
        yield Waiting(*mine, made.check, why)
    given = {
        each.check
        for each in about
        if each.kind == "points" and each.sha256 in (None, score.sha256)
    }
    for verdict in score.checks:
        if verdict.outcome in _UNDECIDED and verdict.id not in given:
            yield Waiting(*mine, verdict.id, _UNDECIDED[verdict.outcome])
    if score.status == "provisional" and not score.checks:
        yield Waiting(*mine, "", score.message or "provisional")
