"""Judge kept evidence again after the course has changed; runs no student code.

Evidence answers the cases that a seed drew. It can be judged again as long as the same questions
are asked: other points, tolerances, mistakes or feedback. A check whose questions have changed
(other inputs, another probe) needs the student's code once more, and keeps its verdict until then.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from grader.course.loading import Course
from grader.grading.environment import describe_environment, now
from grader.model import CheckVerdict, Exercise, Probe, Reply, Score
from grader.scores.decisions import decided
from grader.scores.gradebook import Attempt, Gradebook

if TYPE_CHECKING:
    from grader.judging.judge import Judge

__all__ = ["Change", "Regraded", "asked", "regrade"]

ASKED = "?asked"
"""No check can be called so: a check's id begins with a letter or a digit."""


@dataclass(frozen=True)
class Change:
    """What became of one check of one student."""

    student: str
    exercise: str
    check: str
    before: str
    after: str
    points_before: float
    points_after: float
    why: str


@dataclass(frozen=True)
class Regraded:
    """What a regrade came to."""

    judged: int
    changes: tuple[Change, ...]
    needs_running: tuple[str, ...]
    """`student, exercise: reason`, one an attempt that cannot be judged from what was kept."""


def regrade(
    gradebook: Gradebook, course: Course, exercise: str | None = None, *, keep: bool = True
) -> Regraded:
    """Judge the newest attempts again; with `keep` the gradebook holds the new scores.

    Raises CourseError when an exercise is wrong.
    """
    regrading = _Regrading(course)
    changes: list[Change] = []
    needs: list[str] = []
    judged = 0
    made = gradebook.decisions()
    for attempt in list(gradebook.attempts(exercise)):
        place = f"{attempt.score.student}, {attempt.score.exercise}"
        again = regrading.score(attempt)
        if isinstance(again, str):
            needs.append(f"{place}: {again}")
            continue
        judged += 1
        before, after = decided(attempt.score, made), decided(again, made)
        changes += differences(before, after)
        if keep:
            gradebook.record(
                again,
                attempt.evidence,
                submission=attempt.submission,
                fingerprint=regrading.exercise(again.exercise).fingerprint,
            )
    return Regraded(judged, tuple(changes), tuple(needs))


class _Regrading:
    """Plans of a course by exercise and seed: a class shares one."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._exercises: dict[str, Exercise] = {}
        self._judges: dict[tuple[str, int], Judge] = {}

    def exercise(self, name: str) -> Exercise:
        if name not in self._exercises:
            self._exercises[name] = self._course.load(name)
        return self._exercises[name]

    def score(self, attempt: Attempt) -> Score | str:
        """Return the score of kept evidence, or why there can be none."""
        old = attempt.score
        if attempt.submission is None:
            return old.message or "was not graded; only `grader grade` can try it again"
        if old.exercise not in self._course.exercise_ids:
            return "the course no longer has this exercise"
        if not attempt.evidence.replies:
            return "there is no evidence; `grader grade` runs it again"
        judge = self._judge(old.exercise, old.seed or 0)
        odd = changed_questions(judge, attempt)
        if odd:
            names = ", ".join(odd)
            return f"other questions than before ({names}); `grader grade` asks them"
        return judge.score(
            attempt.submission,
            old.run,
            attempt.evidence,
            graded_at=now(),
            environment={**old.environment, **_judged_by()},
        )

    def _judge(self, name: str, seed: int) -> Judge:
        from grader.course.reference import load_reference
        from grader.judging.judge import Judge
        from grader.judging.plan import make_plan

        if (name, seed) not in self._judges:
            exercise = self.exercise(name)
            plan = make_plan(exercise, load_reference(exercise), seed)
            self._judges[name, seed] = Judge(plan)
        return self._judges[name, seed]


def _judged_by() -> dict[str, str]:
    return {"grader": describe_environment()["grader"]}


def changed_questions(judge: Judge, attempt: Attempt) -> list[str]:
    """Return the checks for which the evidence answers something else than is asked now."""
    if judge.plan.exercise.fingerprint == attempt.fingerprint:
        return []
    kept = attempt.evidence.reply(ASKED)
    before: dict[str, str] = json.loads(kept.message) if kept else {}
    return [probe.check for probe in judge.plan.probes if before.get(probe.check) != _digest(probe)]


def asked(probes: Sequence[Probe]) -> Reply:
    """Return what is kept with the evidence: a digest of every question that it answers."""
    digests = {probe.check: _digest(probe) for probe in probes}
    return Reply(ASKED, "not-asked", message=json.dumps(digests))


def _digest(probe: Probe) -> str:
    from grader.judging.evidence import encode_probe

    return sha256(encode_probe(probe)).hexdigest()[:32]


def differences(before: Score, after: Score) -> Iterator[Change]:
    """Yield what changed, check by check, and why as far as the verdicts tell."""
    known = {check.id: check for check in before.checks}
    for check in after.checks:
        old = known.pop(check.id, None)
        if old is None:
            yield _change(after, check, "", 0.0, "a new check")
        elif (old.outcome, old.earned, old.possible) != (
            check.outcome,
            check.earned,
            check.possible,
        ):
            yield _change(after, check, old.outcome.value, old.earned, _why(old, check))
    for check in known.values():
        yield Change(
            after.student, after.exercise, check.id, check.outcome.value, "", check.earned, 0.0,
            "the check is no longer asked",
        )  # fmt: skip


def _change(score: Score, check: CheckVerdict, before: str, points: float, why: str) -> Change:
    return Change(
        score.student, score.exercise, check.id, before, check.outcome.value, points,
        check.earned, why,
    )  # fmt: skip


def _why(old: CheckVerdict, new: CheckVerdict) -> str:
    if old.possible != new.possible and old.outcome == new.outcome:
        return f"worth {new.possible:g} points instead of {old.possible:g}"
    if old.outcome != new.outcome:
        return new.feedback
    return "another share of its items or of its method counts"
