"""Judge kept evidence again after the course has changed; runs no student code.

Evidence answers the cases that a seed drew. It can be judged again as long as the same questions
are asked: other points, tolerances, mistakes or feedback. A check whose questions have changed
(other inputs, another probe) needs the student's code once more, and keeps its verdict until then.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace

from grader.course.loading import Course
from grader.errors import UsageError
from grader.grading.crew import judging
from grader.grading.environment import myself, now
from grader.grading.worker import Kept, Setup
from grader.model import CheckVerdict, Score
from grader.scores.decisions import Decision, decided
from grader.scores.gradebook import Attempt, Gradebook
from grader.scores.record import to_json
from grader.suggestions import no_such

__all__ = ["Change", "Regraded", "regrade"]

_AHEAD = 2
"""Attempts in memory a worker."""


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
    gradebook: Gradebook,
    course: Course,
    exercise: str | None = None,
    *,
    keep: bool = True,
    jobs: int = 1,
    by: str | None = None,
) -> Regraded:
    """Judge the newest attempts again; with `keep` the gradebook holds the new scores.

    The history says `by` whom, else by this user, and what each score was before.
    A few attempts are in memory at a time. Raises CourseError when an exercise is wrong,
    UsageError where there is none of this name.
    """
    known = {*course.exercise_ids, *gradebook.exercises()}
    if exercise is not None and exercise not in known:
        raise UsageError(no_such("exercise", exercise, known))
    made, changes, needs, judged = gradebook.decisions(), list[Change](), list[str](), 0
    for attempt, again in _judged_again(gradebook, course, exercise, jobs):
        if isinstance(again, str):
            needs.append(f"{attempt.score.student}, {attempt.score.exercise}: {again}")
            continue
        judged += 1
        changes += differences(decided(attempt.score, made), decided(again, made))
        if keep:
            _keep(gradebook, attempt, again, course.load(again.exercise).fingerprint)
            _note(gradebook, attempt.score, again, by or myself())
    return Regraded(judged, tuple(changes), tuple(needs))


def _keep(gradebook: Gradebook, attempt: Attempt, again: Score, fingerprint: str) -> None:
    """Keep a new score; one that is the same needs no new page."""
    if _is_same(_said(again, attempt), _said(attempt.score, attempt)):
        if fingerprint != attempt.fingerprint:
            gradebook.confirm(again, fingerprint)
        return
    gradebook.record(
        again, attempt.evidence, submission=attempt.submission, fingerprint=fingerprint
    )


def _note(gradebook: Gradebook, before: Score, after: Score, who: str) -> None:
    """Keep in the history what a score was before: the new one takes its place."""
    changes = [
        f"{each.check} {each.points_before:g} -> {each.points_after:g} points, {each.why}"
        for each in differences(before, after)
    ]
    if changes:
        text = f"{before.earned:g} of {before.possible:g} points before; {'; '.join(changes)}"
        gradebook.decide(
            Decision(
                after.student, after.exercise, "regraded", text, who, now(), sha256=after.sha256
            )
        )


def _said(score: Score, attempt: Attempt) -> Score:
    """Return all that a score says, but for the time and the notebook."""
    run = replace(score.run, notebook=None)
    return replace(score, graded_at="", attempt=attempt.number, run=run)


def _is_same(one: Score, other: Score) -> bool:
    """Tell whether two scores say the same; where they differ their records may not, as of NaN."""
    return one == other or _as_text(one) == _as_text(other)


def _as_text(score: Score) -> str:
    return json.dumps(to_json(score), sort_keys=True)


def _judged_again(
    gradebook: Gradebook, course: Course, exercise: str | None, jobs: int
) -> Iterator[tuple[Attempt, Score | str]]:
    """Yield each attempt with its new score, or why there is none, in order."""
    with judging(Setup(course.directory), jobs) as (executor, judge):
        ahead: deque[tuple[Attempt, Future[Score | str] | str]] = deque()
        for attempt in gradebook.attempts(exercise):
            why = _why_not(attempt, course)
            ahead.append((attempt, why or executor.submit(judge, _kept(attempt))))
            if len(ahead) > _AHEAD * jobs:
                yield _result(*ahead.popleft())
        while ahead:
            yield _result(*ahead.popleft())


def _result(attempt: Attempt, found: Future[Score | str] | str) -> tuple[Attempt, Score | str]:
    return attempt, found if isinstance(found, str) else found.result()


def _why_not(attempt: Attempt, course: Course) -> str:
    """Return why an attempt cannot be judged from what was kept, if that is so."""
    if attempt.submission is None:
        return attempt.score.message or "was not graded; only `grader grade` can try it again"
    if attempt.score.exercise not in course.exercise_ids:
        return "the course no longer has this exercise"
    if not attempt.evidence.replies:
        return "there is no evidence; `grader grade` runs it again"
    return ""


def _kept(attempt: Attempt) -> Kept:
    assert attempt.submission is not None
    return Kept(attempt.score, attempt.evidence, attempt.submission, attempt.fingerprint)


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
