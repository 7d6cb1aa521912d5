"""Keep scores as they come, publish them, tell the observer: all side effects of grading.

One thread of the coordinator does it; what happens in it is said once and stops nobody else.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from grader import __version__
from grader.course.loading import Course
from grader.errors import CourseError
from grader.grading.environment import describe_environment, now
from grader.grading.kept import Place, kept_scores
from grader.grading.publisher import Publisher
from grader.grading.publishing import Pages, publish_newest
from grader.grading.underway import ended, write_underway
from grader.grading.worker import Result, Task, provisional
from grader.model import Evidence, Exercise, Isolation, Run, Score, Submission, Unreadable
from grader.report.class_lines import ScoreLine, line_of
from grader.report.pages import words_of
from grader.report.writing import LiveClass
from grader.scores.decisions import decided
from grader.scores.gradebook import Entry, Gradebook, Newest
from grader.scores.packing import Packed
from grader.scores.patience import GradebookLost
from grader.scores.seeds import seed_of

__all__ = ["Observer", "Recorder", "Silent"]

_log = logging.getLogger(__name__)
_NOT_RUN = Run("not-run", Isolation.NONE, 0.0, 0.0, 0.0)


_PAUSE_S = 0.25
"""How long what a run has come to stays as it was written."""


class Observer(Protocol):
    """Somebody who is told how far the grading is."""

    def begins(self, total: int, unchanged: int) -> None:
        """Hear how many submissions there are, and how many of them stay as they were."""

    def isolated(self, isolation: Isolation, reason: str) -> None:
        """Hear how student code is isolated, and why no better."""

    def graded(self, score: Score) -> None:
        """Hear of one more score."""


class Silent:
    """An observer that says nothing."""

    def begins(self, total: int, unchanged: int) -> None:
        """Hear how many there are."""

    def isolated(self, isolation: Isolation, reason: str) -> None:
        """Hear how student code is isolated."""

    def graded(self, score: Score) -> None:
        """Hear of one more score."""


class Recorder:
    """Knows gradebook, output folder and observer; the workers know none of them."""

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
        self._pages = Pages.of(out, course)
        self._decisions = gradebook.decisions()
        self._exercises = exercises
        self._gradebook = gradebook
        self._observer = observer
        self._secret = gradebook.secret(anew=reseed)
        self._fixed_seed = seed
        self._seeds: dict[tuple[str, str], int] = {}
        self._faults: dict[str, str] = {}
        self._held: list[tuple[Submission, Result]] = []
        self._sound = False
        self._live: LiveClass | None = None
        self.lines: list[ScoreLine] = []
        """Of what was graded; the scores themselves are in the gradebook."""
        self.strays: list[Score] = []
        """What was handed in for no exercise, which no gradebook holds."""
        self._words = words_of(self._pages.look)["class"]
        self.failed_pages = 0
        self._total, self._kept_before, self._failed = 0, 0, 0
        self._due = 0.0
        self._publisher: Publisher | None = None

    # ------------------------------------------------------------ before

    def unchanged(self, found: Sequence[Submission | Unreadable]) -> list[ScoreLine]:
        """Return the kept lines of those for whom grading again would give the same again."""
        known = self._gradebook.newest()
        kept, graded = list[ScoreLine](), set[Place]()
        for item in found:
            if not isinstance(item, Submission):
                continue
            newest = known.get(_place(item))
            if newest is None or newest.status != "graded":  # or its name is kept differently
                kept += filter(None, [self._kept_line(item)])
            elif self._is_unchanged(item, newest):
                graded.add(_place(item))
        return kept + [
            line_of(score, self._words)
            for score in kept_scores(self._gradebook, graded, measured=False)
        ]

    def _is_unchanged(self, submission: Submission, newest: Newest) -> bool:
        exercise = self._exercises[submission.exercise]
        made_of = newest.sha256, newest.fingerprint, newest.version
        if made_of != (submission.sha256, exercise.fingerprint, __version__):
            return False
        seed = self._fixed_seed
        if seed is None:
            seed = seed_of(self._secret, exercise.id, newest.number)
        return newest.seed == seed

    def _kept_line(self, submission: Submission) -> ScoreLine | None:
        student, exercise = submission.student, self._exercises[submission.exercise]
        if not self._gradebook.is_current(
            student, exercise.id, submission.sha256, exercise.fingerprint, __version__
        ):
            return None
        score = self._gradebook.latest(student, exercise.id)
        same = score is not None and score.seed == self._seed(submission)
        return line_of(score, self._words) if score is not None and same else None

    def task(self, submission: Submission) -> Task:
        """Return what a worker is to do for a submission."""
        exercise = self._exercises[submission.exercise]
        return Task(submission, self._seed(submission), exercise.fingerprint)

    def _seed(self, found: Submission | Unreadable) -> int:
        """Return what draws the hidden cases: the same for everybody's attempt of one number."""
        if self._fixed_seed is not None or found.exercise is None:
            return self._fixed_seed or 0
        key = found.student, found.exercise
        if key not in self._seeds:  # asked before the attempt is kept, and remembered
            number = self._gradebook.attempt_number(*key, found.sha256)
            self._seeds[key] = seed_of(self._secret, found.exercise, number)
        return self._seeds[key]

    def begin(self, total: int, kept: Sequence[ScoreLine]) -> None:
        """Start the class's page, which shows how far the grading is, with what is kept."""
        self._live = LiveClass(self._pages.out, total, kept=kept, look=self._pages.look)
        self._total, self._kept_before = total, len(kept)
        self._note_progress(at_once=True)
        self._observer.begins(total - len(kept), len(kept))

    def isolated(self, isolation: Isolation, reason: str) -> None:
        """Say how student code is isolated."""
        self._observer.isolated(isolation, reason)

    # ------------------------------------------------------------ each submission

    def take(self, results: Sequence[tuple[Submission, Result]]) -> None:
        """Keep what workers give back, all that has come in one transaction.

        An exercise whose course files are at fault is told and set aside; its submissions are
        kept as provisional as soon as another exercise is sound.
        """
        sound = []
        for submission, result in results:
            if result.course_fault:
                self._tell(submission.exercise, result.course_fault)
                self._held.append((submission, result))
            else:
                sound.append((submission, result))
        self._sound = self._sound or bool(sound)
        if self._sound:
            held, self._held = self._held, []
            self._keep(
                [(each.score, each.evidence, of, each.packed) for of, each in (*sound, *held)]
            )

    def _tell(self, exercise: str, fault: str) -> None:
        if exercise not in self._faults:
            _log.error("%s cannot be graded: %s", exercise, fault)
            self._faults[exercise] = fault

    def end(self) -> None:
        """Raise CourseError when no exercise of all that were tried is sound."""
        if self._held:
            raise CourseError(next(iter(self._faults.values())))

    def have_pages_written(self, publisher: Publisher | None) -> None:
        """Let processes of their own write pages from now on."""
        self._publisher = publisher

    def close(self) -> None:
        """Say that nothing runs any more."""
        with suppress(OSError):
            ended(self._pages.out)

    def _note_progress(self, *, at_once: bool = False) -> None:
        clock = time.monotonic()
        if clock < self._due and not at_once:
            return
        self._due = clock + _PAUSE_S
        done = self._kept_before + len(self.lines)
        failed = self._failed
        with suppress(OSError):  # it is for who looks on; the scores are kept elsewhere
            write_underway(self._pages.out, done, max(done, self._total), failed, now())

    def broken(self, submission: Submission, why: str) -> None:
        """Keep a provisional score for a submission that no worker survived."""
        name = f"{submission.student}, {submission.exercise}"
        _log.error("%s could not be graded: %s", name, why)
        exercise = self._exercises[submission.exercise]
        message = f"The grader failed, not you: {why}"[:500]
        score = provisional(submission, exercise, _NOT_RUN, message, self._seed(submission))
        self._keep([(score, Evidence(()), submission, None)])

    def refuse(self, found: Unreadable) -> None:
        """Keep the record of something handed in that cannot be graded."""
        from grader.judging.unread import ungraded

        score = ungraded(
            found,
            self._exercises.get(found.exercise or ""),
            seed=self._seed(found),
            graded_at=now(),
            environment=describe_environment(),
        )
        self._keep([(score, Evidence(()), None, None)])

    def _keep(
        self, came: Sequence[tuple[Score, Evidence, Submission | None, Packed | None]]
    ) -> None:
        """Keep scores in one transaction; only after it they are told and shown."""
        self._gradebook.record_all(
            [
                Entry(
                    score,
                    evidence,
                    submission,
                    self._exercises[score.exercise].fingerprint,
                    packed,
                )
                for score, evidence, submission, packed in came
                if score.exercise in self._exercises  # else it is for none, and nobody's points
            ]
        )
        self._have_pages_written([judged for judged, *_ in came])
        for judged, *_ in came:
            score = decided(judged, self._decisions)
            line = line_of(score, self._words)
            self._publish(score, line)
            self.lines.append(line)
            if score.exercise not in self._exercises:
                self.strays.append(score)
            self._failed += score.status != "graded"
            self._note_progress()
            self._observer.graded(score)

    def _have_pages_written(self, scores: Sequence[Score]) -> None:
        """Let others write the pages of kept scores; what they do not comes at the end."""
        if self._publisher is None:
            return
        try:
            self._publisher.write([_place(score) for score in scores if score.exercise])
        except Exception as fault:
            _log.debug("pages are left to the end", exc_info=fault)

    def _publish(self, score: Score, line: ScoreLine) -> None:
        """Write record and page; what fails is tried again at the end, and by the next run."""
        try:
            if self._publisher is None or not score.exercise:
                publish_newest(self._pages, self._gradebook, score)
            if self._live is not None:
                self._live.add(line)
        except GradebookLost:
            raise
        except OSError as fault:
            self._page_failed(score, fault.strerror or str(fault))
        except Exception as fault:
            _log.debug("the page of %s, %s", score.student, score.exercise, exc_info=fault)
            self._page_failed(score, f"{type(fault).__name__}: {fault}")

    def _page_failed(self, score: Score, why: str) -> None:
        self.failed_pages += 1
        if self.failed_pages == 1:  # the others are counted at the end
            _log.error("the page of %s, %s was not written: %s", score.student, score.exercise, why)


def _place(item: Submission | Score) -> tuple[str, str]:
    return item.student, item.exercise
