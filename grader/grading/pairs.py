"""Pairs of nearly the same work: find them, and keep what a person says about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from grader.course.loading import Course
from grader.errors import UsageError
from grader.grading.environment import now
from grader.grading.standing import term_of
from grader.model import Submission
from grader.report.similarity import Alike, alike
from grader.scores.decisions import Decision, Decisions
from grader.scores.gradebook import Gradebook

__all__ = [
    "Compared",
    "Opinion",
    "Pair",
    "compared",
    "decide_pair",
    "pairs_of",
    "with_opinions",
]

Opinion = Literal["accept", "dismiss"]


@dataclass(frozen=True)
class Pair:
    """Two submissions that are unusually close, and what a person said about them."""

    alike: Alike
    decision: Decision | None = None
    """None: nobody has decided, or either has handed in another file since then."""

    @property
    def dismissed(self) -> bool:
        """Whether a person said that there is nothing to it."""
        return self.decision is not None and self.decision.kind == "pair-dismissed"


@dataclass(frozen=True)
class Compared:
    """Pairs of nearly the same work, before anybody has said something about them."""

    found: tuple[Alike, ...]
    digests: Mapping[tuple[str, str], str]
    """The sha256 of each work that was compared, by student and exercise."""


def pairs_of(
    submissions: Iterable[Submission], course: Course, decisions: Decisions
) -> tuple[Pair, ...]:
    """Compare all submissions with each other; the closest pair of each exercise first.

    Members of one group, where groups work on an exercise, are no pair.
    """
    return with_opinions(compared(submissions, course), decisions)


def with_opinions(known: Compared, decisions: Decisions) -> tuple[Pair, ...]:
    """Return the pairs with what people said about them."""
    return tuple(Pair(pair, _decision(pair, known.digests, decisions)) for pair in known.found)


def compared(submissions: Iterable[Submission], course: Course) -> Compared:
    """Compare all submissions with each other, which takes seconds for a large class."""
    term = term_of(course)

    def together(pair: Alike) -> bool:
        groups = {
            person.group if (person := term.people.get(student)) else ""
            for student in (pair.first, pair.second)
        }
        return term.rules.of(pair.exercise).groups and len(groups) == 1 and groups != {""}

    sources: dict[str, dict[str, str]] = {}
    digests: dict[tuple[str, str], str] = {}
    for submission in submissions:
        helpers = [file.content for file in submission.files if file.name.endswith(".py")]
        texts = [part.decode("utf-8", "replace") for part in helpers]
        source = "\n".join([*(cell.source for cell in submission.cells), *texts])
        sources.setdefault(submission.exercise, {})[submission.student] = source
        digests[submission.student, submission.exercise] = submission.sha256
    found = tuple(
        pair
        for exercise, students in sorted(sources.items())
        for pair in alike(exercise, students, _starter(course, exercise))
        if not together(pair)
    )
    return Compared(found, digests)


def _decision(
    pair: Alike, digests: Mapping[tuple[str, str], str], decisions: Decisions
) -> Decision | None:
    first, second = (
        (student, digests[student, pair.exercise]) for student in (pair.first, pair.second)
    )
    return decisions.about_pair(pair.exercise, first, second)


def _starter(course: Course, exercise: str) -> str:
    starter = course.home(exercise) / "exercises" / exercise / "starter.py"
    return starter.read_text("utf-8") if starter.is_file() else ""


def decide_pair(
    gradebook: Gradebook,
    exercise: str,
    students: tuple[str, str],
    opinion: Opinion,
    reason: str,
    who: str,
) -> None:
    """Keep what a person says about a pair, in the history of both; raises UsageError.

    It changes nobody's points: those are given as manual points.
    """
    if not reason.strip():
        raise UsageError("say why: it is kept in the history of both")
    if students[0] == students[1]:
        raise UsageError(f"{students[0]}: a pair is two students")
    scores = [gradebook.latest(student, exercise) for student in students]
    for student, score in zip(students, scores, strict=True):
        if score is None:
            raise gradebook.nothing_of(student, exercise)
    for score, other in zip(scores, reversed(students), strict=True):
        assert score is not None
        gradebook.decide(
            Decision(
                score.student,
                exercise,
                "pair-accepted" if opinion == "accept" else "pair-dismissed",
                reason.strip(),
                who,
                now(),
                sha256=score.sha256,
                other=other,
            )
        )
