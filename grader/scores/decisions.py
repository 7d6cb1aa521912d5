"""What people decide and say about a score, laid over what the judge said: pure functions.

A decision belongs to the file that it was made for, by its sha256. When the student hands in
another file, it stands there as made for an earlier attempt and asks a person to look again;
nothing is carried over silently.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from grader.model import CheckVerdict, Outcome, Score

__all__ = ["Decision", "Decisions", "Kind", "decided", "left_behind", "open_appeals"]

Kind = Literal[
    "points", "comment", "appeal", "answer", "counts", "pair-accepted", "pair-dismissed", "regraded"
]
_UNDECIDED = (Outcome.BROKEN, Outcome.INCONCLUSIVE, Outcome.AWAITING)


@dataclass(frozen=True)
class Decision:
    """One thing that a person decided or said, and when."""

    student: str
    exercise: str
    kind: Kind
    """Points for a check, a comment, a student's appeal, the answer to it, that this attempt
    counts, that it is right or wrong to call it nearly the same as another student's work, or that
    a regrade changed it."""
    text: str
    """The reason or the words; the student reads it."""
    who: str
    at: str
    """ISO 8601, in UTC."""
    check: str = ""
    """Empty: the whole work."""
    points: float | None = None
    sha256: str | None = None
    """The file that it was made for; None: not known, it holds for every attempt."""
    other: str = ""
    """Of a pair: the other student."""


@dataclass(frozen=True)
class Decisions:
    """All decisions of a gradebook, found by student and exercise."""

    by_work: Mapping[tuple[str, str], Sequence[Decision]] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Iterable[Decision]) -> Decisions:
        """Sort decisions, the oldest first, by the work that they are about."""
        by_work: dict[tuple[str, str], list[Decision]] = defaultdict(list)
        for decision in found:
            by_work[decision.student, decision.exercise].append(decision)
        return cls(by_work)

    def about(self, score: Score) -> Sequence[Decision]:
        """Return all decisions about the work of a score, for whatever attempt."""
        return self.by_work.get((score.student, score.exercise), ())

    def chosen(self, student: str, exercise: str) -> str | None:
        """Return the sha256 of the attempt that a person chose to count, if any."""
        made = self.by_work.get((student, exercise), ())
        return next((each.sha256 for each in reversed(made) if each.kind == "counts"), None)

    def about_pair(
        self, exercise: str, first: tuple[str, str | None], second: tuple[str, str | None]
    ) -> Decision | None:
        """Return what was decided about two students' files, given as student and sha256.

        None where nothing was, or where either has handed in another file since then.
        """
        mine, theirs = (
            self._of_pair(exercise, first, second),
            self._of_pair(exercise, second, first),
        )
        return mine if mine and theirs and mine.kind == theirs.kind else None

    def _of_pair(
        self, exercise: str, one: tuple[str, str | None], other: tuple[str, str | None]
    ) -> Decision | None:
        made = (each for each in self.by_work.get((one[0], exercise), ()) if each.other == other[0])
        newest = next(iter(reversed(list(made))), None)
        return newest if newest is not None and newest.sha256 == one[1] else None


def decided(score: Score, decisions: Decisions) -> Score:
    """Lay decisions over a score: points, comments, appeals, and what is left to decide."""
    about = decisions.about(score)
    if not about:
        return score
    mine = [each for each in about if each.sha256 in (None, score.sha256)]
    given = {each.check: each for each in mine if each.kind == "points"}
    checks = tuple(_check(check, given.get(check.id), mine) for check in score.checks)
    undecided = [c.id for c in checks if c.outcome in _UNDECIDED and c.id not in given]
    settled = score.status == "provisional" and bool(given) and not undecided
    return replace(
        score,
        checks=checks,
        earned=sum(check.earned for check in checks) if given else score.earned,
        status="graded" if settled else score.status,
        comments=tuple(each.text for each in mine if each.kind == "comment" and not each.check),
        asks=(
            *score.asks,
            *(
                f"{each.check}: {each.points:g} manual points were given for an earlier attempt: "
                f"{each.text}"
                for each in left_behind(score, about)
            ),
            *(
                f"{check or 'all of it'}: an appeal waits: {text}"
                for check, text in open_appeals(about).items()
            ),
        ),
    )


def _check(check: CheckVerdict, given: Decision | None, mine: Sequence[Decision]) -> CheckVerdict:
    comments = tuple(
        each.text
        for each in mine
        if each.check == check.id and each.kind in ("comment", "answer") and each.text
    )
    check = replace(check, comments=comments) if comments else check
    if given is None or given.points is None:
        return check
    if check.outcome is Outcome.AWAITING:
        full = given.points >= check.possible
        return replace(
            check,
            outcome=Outcome.PASS if full else Outcome.FAIL,
            earned=given.points,
            feedback=given.text,
        )
    said = f"{given.points:g} manual points instead of {check.earned:g}: {given.text}"
    return replace(check, earned=given.points, remarks=(*check.remarks, said))


def left_behind(score: Score, about: Sequence[Decision]) -> list[Decision]:
    """Return the points of an earlier file that nobody has decided anew for this one.

    Those of a check that the exercise no longer has are nothing to decide about.
    """
    known = {check.id for check in score.checks}
    points = [each for each in about if each.kind == "points" and each.check in known]
    given = {each.check for each in points if each.sha256 in (None, score.sha256)}
    earlier = {each.check: each for each in points if each.sha256 not in (None, score.sha256)}
    return [each for check, each in earlier.items() if check not in given]


def open_appeals(about: Sequence[Decision]) -> dict[str, str]:
    """Return the appeals that nobody has answered: their words by check, `""` for the work."""
    waiting: dict[str, str] = {}
    for each in about:
        if each.kind == "appeal":
            waiting[each.check] = each.text
        elif each.kind == "answer":
            waiting.pop(each.check, None)
    return waiting
