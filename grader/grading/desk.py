"""The desk where submissions are judged and scores kept: one thread, all side effects.

Torch is imported with the first submission that needs judging, while the sandbox starts.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from grader import __version__
from grader.course.loading import Course
from grader.errors import CourseError
from grader.grading.environment import describe_environment, now
from grader.grading.publishing import look_of, publish_score
from grader.model import (
    CheckVerdict,
    Evidence,
    Exercise,
    Isolation,
    Limits,
    Outcome,
    Probe,
    Reply,
    Run,
    Score,
    Submission,
    Unreadable,
)
from grader.report.writing import LiveClass
from grader.scores.decisions import decided
from grader.scores.gradebook import Gradebook
from grader.scores.seeds import seed_of

if TYPE_CHECKING:
    from grader.judging.judge import Judge

__all__ = ["Desk", "Observer", "provisional"]

_log = logging.getLogger(__name__)
_NOT_RUN = Run("not-run", Isolation.NONE, 0.0, 0.0, 0.0)


class Observer(Protocol):
    """Somebody who is told how far the grading is."""

    def begins(self, total: int, unchanged: int) -> None:
        """Hear how many submissions there are, and how many of them stay as they were."""

    def isolated(self, isolation: Isolation, reason: str) -> None:
        """Hear how student code is walled off, and why no better."""

    def graded(self, score: Score) -> None:
        """Hear of one more score."""


class Desk:
    """Judges what comes back from the sandbox, keeps it, and tells the observer."""

    def __init__(
        self,
        course: Course,
        exercises: Mapping[str, Exercise],
        gradebook: Gradebook,
        out: Path,
        observer: Observer,
        seed: int | None,
        reseed: bool = False,
    ) -> None:
        self._look = look_of(course)
        self._decisions = gradebook.decisions()
        self._exercises = exercises
        self._gradebook = gradebook
        self._out = out
        self._observer = observer
        self._secret = gradebook.secret(anew=reseed)
        self._fixed_seed = seed
        self._seeds: dict[tuple[str, str], int] = {}
        self._judges: dict[tuple[str, int], Judge] = {}
        self._faults: dict[str, CourseError] = {}
        self._asked: dict[tuple[str, int], Reply] = {}
        self._live: LiveClass | None = None
        self.scores: list[Score] = []

    # ------------------------------------------------------------ before

    def unchanged(self, submission: Submission) -> Score | None:
        """Return the kept score of a submission when grading it again would give it again."""
        student, exercise = submission.student, self._exercises[submission.exercise]
        if not self._gradebook.is_current(
            student, exercise.id, submission.sha256, exercise.fingerprint, __version__
        ):
            return None
        score = self._gradebook.latest(student, exercise.id)
        return score if score is not None and score.seed == self._seed(submission) else None

    def _seed(self, found: Submission | Unreadable) -> int:
        """Return what draws the hidden cases: the same for everybody's attempt of one number."""
        if self._fixed_seed is not None or found.exercise is None:
            return self._fixed_seed or 0
        key = found.student, found.exercise
        if key not in self._seeds:  # asked before the attempt is kept, and remembered
            number = self._gradebook.attempt_number(*key, found.sha256)
            self._seeds[key] = seed_of(self._secret, found.exercise, number)
        return self._seeds[key]

    def begin(self, total: int, kept: Sequence[Score]) -> None:
        """Start the class's page, which shows how far the grading is, with what is kept."""
        self._live = LiveClass(self._out, total, kept=kept, look=self._look)
        self._observer.begins(total - len(kept), len(kept))

    def prepare(self, submissions: Sequence[Submission]) -> None:
        """Plan each exercise once for all submissions that are asked the same.

        An exercise whose course files are at fault is told and set aside, so that the others can
        be graded; raises CourseError when no exercise is left.
        """
        for name, seed in sorted({(each.exercise, self._seed(each)) for each in submissions}):
            if name in self._faults:
                continue
            try:
                self._plan(name, seed)
            except CourseError as error:
                _log.error("%s cannot be graded: %s", name, error)
                self._faults[name] = error
        if not self._judges:
            raise next(iter(self._faults.values()))

    def _plan(self, name: str, seed: int) -> None:
        from grader.course.reference import load_reference
        from grader.grading.regrade import asked
        from grader.judging.judge import Judge
        from grader.judging.plan import make_plan

        exercise = self._exercises[name]
        plan = make_plan(exercise, load_reference(exercise), seed)
        self._judges[name, seed] = Judge(plan)
        self._asked[name, seed] = asked(plan.probes)

    def probes(self, submission: Submission) -> tuple[Probe, ...]:
        """Return what is asked of a submission.

        Raises CourseError where the exercise's own files are at fault.
        """
        if submission.exercise in self._faults:
            raise self._faults[submission.exercise]
        return self._judges[submission.exercise, self._seed(submission)].plan.probes

    def limits(self, exercise: str) -> Limits:
        """Return what every submission for one exercise may use."""
        return self._exercises[exercise].limits

    # ------------------------------------------------------------ each submission

    def judge(self, submission: Submission, run: Run, evidence: Evidence) -> None:
        """Judge one submission and keep its score; a fault of ours makes it provisional."""
        key = submission.exercise, self._seed(submission)
        try:
            score = self._judges[key].score(
                submission, run, evidence, graded_at=now(), environment=describe_environment()
            )
        except Exception as fault:
            self.fault(submission, fault, run, evidence)
        else:
            self._keep(score, Evidence((*evidence.replies, self._asked[key])), submission)

    def fault(
        self,
        submission: Submission,
        fault: Exception,
        run: Run = _NOT_RUN,
        evidence: Evidence = Evidence(()),  # noqa: B008 - frozen
    ) -> None:
        """Keep a provisional score for a submission that we failed to grade."""
        exercise = self._exercises[submission.exercise]
        if isinstance(fault, CourseError):  # told in `prepare`; its words are not for students
            message = "This exercise's own files are at fault, not you. It will be graded again."
        else:
            name = f"{submission.student}, {submission.exercise}"
            _log.error("%s could not be graded", name, exc_info=fault)
            message = f"The grader failed, not you: {type(fault).__name__}: {fault}"[:500]
        score = provisional(submission, exercise, run, message, self._seed(submission))
        self._keep(score, evidence, submission)

    def refuse(self, found: Unreadable) -> None:
        """Keep the record of something handed in that cannot be graded."""
        from grader.judging.judge import ungraded

        exercise = self._exercises.get(found.exercise or "")
        score = ungraded(
            found,
            exercise,
            seed=self._seed(found),
            graded_at=now(),
            environment=describe_environment(),
        )
        self._keep(score, Evidence(()), None)

    def _keep(self, score: Score, evidence: Evidence, submission: Submission | None) -> None:
        exercise = self._exercises.get(score.exercise)
        if exercise is not None:  # else it is for no exercise, and nobody's points
            self._gradebook.record(
                score, evidence, submission=submission, fingerprint=exercise.fingerprint
            )
        self.scores.append(decided(score, self._decisions))
        self._publish(self.scores[-1])
        self._observer.graded(self.scores[-1])

    def _publish(self, score: Score) -> None:
        """Write record and page; what fails here is ours and does not touch the score."""
        previous = self._gradebook.previous(score.student, score.exercise)
        try:
            publish_score(self._out, score, previous, self._look)
            if self._live is not None:
                self._live.add(score)
        except Exception:
            _log.exception("the page of %s, %s failed", score.student, score.exercise)


def provisional(
    submission: Submission, exercise: Exercise, run: Run, message: str, seed: int
) -> Score:
    """Return the score of a submission that we failed to grade: broken checks, no zeros."""
    return Score(
        student=submission.student,
        exercise=exercise.id,
        title=exercise.title,
        path=str(submission.path),
        sha256=submission.sha256,
        kind=submission.kind,
        status="provisional",
        earned=0.0,
        possible=exercise.possible,
        checks=tuple(
            CheckVerdict(
                check.id, check.title, check.call, Outcome.BROKEN, 0.0, check.points, message
            )
            for check in exercise.checks
        ),
        run=run,
        seed=seed,
        graded_at=now(),
        environment=describe_environment(),
        message=message,
        remarks=submission.remarks,
    )
