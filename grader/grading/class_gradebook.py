"""A class's gradebook, open: read scores, decide about them, judge them again.

The commands, the Python interface and the browser all come here: a gradebook, the folder that
shows its pages, and the course whose rules hold.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from grader.course.loading import Course, find_course
from grader.errors import UsageError
from grader.grading.deciding import decide, keep_all, work_named
from grader.grading.deciding import history as lines_of
from grader.grading.environment import myself, now
from grader.grading.folder import claim
from grader.grading.pairs import Opinion, Pair, decide_pair, pairs_of
from grader.grading.points_table import Read, read_points, write_points
from grader.grading.publishing import Published, catch_up, finish, open_graded
from grader.grading.queue import Order, Waiting, waiting
from grader.grading.regrade import Regraded
from grader.grading.regrade import regrade as judge_again
from grader.grading.standing import standing, term_of
from grader.model import Score
from grader.scores.decisions import Decision, Kind
from grader.scores.gradebook import Gradebook
from grader.suggestions import no_such

__all__ = ["ClassGradebook", "Decided"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Decided:
    """A decision that is kept."""

    made: Decision
    before: Score
    """The newest score as it was."""
    published: Published
    """What came of writing the pages that it changes."""


class ClassGradebook:
    """The scores of a class; close it when done, or use it in `with`.

    `check` is `EXERCISE/CHECK`, or `CHECK` where only one exercise has it. `by` says who decides;
    it is the name of this user unless you give another. What you decide is kept in the history,
    and the pages of the student and the class are written again.
    """

    def __init__(self, gradebook: Gradebook, out: Path, course: Course) -> None:
        self.gradebook = gradebook
        self.out = out
        self.course = course

    @classmethod
    def open(cls, out: Path, url: str | None, course: Path | None) -> Self:
        """Open what was graded; raises UsageError where nothing was, CourseError, too."""
        found = find_course(course)
        return cls(open_graded(out, url), out, found)

    def close(self) -> None:
        """Close the database."""
        self.gradebook.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------ reading

    def scores(self, exercise: str | None = None, student: str | None = None) -> list[Score]:
        """Return the scores that count: of the attempt that counts, late penalties included."""
        return [
            score
            for score in standing(self.gradebook, term_of(self.course))
            if exercise in (None, score.exercise) and student in (None, score.student)
        ]

    def attempts(self, student: str, exercise: str) -> list[Score]:
        """Return the scores of all attempts, the oldest first."""
        return list(self.gradebook.scores_of(student, exercise))

    def history(self, student: str, exercise: str) -> list[str]:
        """Return what happened to a score, a line each: who, when, why."""
        return lines_of(self.gradebook, student, exercise)

    def finish(self) -> Published | None:
        """Write the pages that an earlier run left unwritten, if it did."""
        return finish(self.out, self.gradebook, self.course)

    def waiting(self, order: Order = "student") -> tuple[Waiting, ...]:
        """Return what waits for a person, of the newest attempts."""
        return waiting(self.gradebook.scores(), self.gradebook.decisions(), order)

    def pairs(self) -> tuple[Pair, ...]:
        """Return the pairs of nearly the same work, dismissed ones included."""
        return pairs_of(self.gradebook.submissions(), self.course, self.gradebook.decisions())

    # ------------------------------------------------------------ deciding

    def override(
        self, student: str, check: str, points: float, reason: str, *, by: str | None = None
    ) -> Score:
        """Give manual points for a check; the student reads the reason."""
        return self._then(self.decide(student, check, "points", reason, points=points, by=by))

    def comment(self, student: str, check: str, text: str, *, by: str | None = None) -> Score:
        """Write a comment for a check, or with `EXERCISE` for the whole work."""
        return self._then(self.decide(student, check, "comment", text, by=by))

    def appeal(self, student: str, check: str, text: str, *, by: str | None = None) -> Score:
        """Note what a student says against a score; it waits until it is answered."""
        return self._then(self.decide(student, check, "appeal", text, by=by))

    def answer(
        self,
        student: str,
        check: str,
        text: str,
        *,
        points: float | None = None,
        by: str | None = None,
    ) -> Score:
        """Answer an appeal, with other points where it is right."""
        if points is not None:
            self._then(self.decide(student, check, "points", text, points=points, by=by))
        return self._then(self.decide(student, check, "answer", text, by=by))

    def count(
        self, student: str, exercise: str, attempt: int, reason: str = "", *, by: str | None = None
    ) -> Score:
        """Choose which attempt counts, whatever the rule in `course.toml` says."""
        return self._then(self.decide(student, exercise, "counts", reason, attempt=attempt, by=by))

    def decide(
        self,
        student: str,
        place: str,
        kind: Kind,
        text: str,
        *,
        points: float | None = None,
        attempt: int | None = None,
        by: str | None = None,
    ) -> Decided:
        """Keep a decision of any kind; raises UsageError for one that cannot be."""
        work = work_named(self.gradebook, student, place)
        exercise, sha256 = work.score.exercise, work.score.sha256
        if attempt is not None:
            sha256 = self._sha256_of(student, exercise, attempt)
        made = Decision(
            student, exercise, kind, text.strip(), by or myself(), now(), work.check, points,
            sha256,
        )  # fmt: skip
        return Decided(made, work.score, decide(self.gradebook, self.out, self.course, made))

    def write_points(
        self, path: Path, exercise: str | None = None, check: str | None = None
    ) -> int:
        """Write the questions that a person grades as a table; returns its number of rows."""
        scores, made = list(self.gradebook.scores()), self.gradebook.decisions()
        known = {score.exercise for score in scores}
        if exercise is not None and exercise not in known:
            raise UsageError(no_such("exercise", exercise, known, " in the gradebook"))
        return write_points(path, scores, made, exercise, check)

    def read_points(
        self, path: Path, *, by: str | None = None, keep: bool = True
    ) -> tuple[Read, Published | None]:
        """Read such a table back, keep its points and comments, and write the pages.

        All rows are kept in one transaction. Raises UsageError that names every row that is
        wrong, and keeps nothing then.
        """
        scores, made = list(self.gradebook.scores()), self.gradebook.decisions()
        found = read_points(path, scores, made, by or myself())
        if not keep:
            return found, None
        keep_all(self.gradebook, self.out, found.decisions)
        return found, self.publish()

    def decide_pair(
        self,
        exercise: str,
        students: tuple[str, str],
        opinion: Opinion,
        reason: str,
        *,
        by: str | None = None,
    ) -> Published:
        """Keep what a person says about two students' nearly same work."""
        claim(self.out, self.gradebook)
        decide_pair(self.gradebook, exercise, students, opinion, reason, by or myself())
        return self.publish()

    def _sha256_of(self, student: str, exercise: str, number: int) -> str | None:
        attempts = self.attempts(student, exercise)
        for score in attempts:
            if score.attempt == number:
                return score.sha256
        known = "is only attempt 1" if len(attempts) == 1 else f"are attempts 1 to {len(attempts)}"
        raise UsageError(f"attempt {number}: there {known}")

    def _then(self, decided: Decided) -> Score:
        """Return the score that counts now."""
        if decided.published.failed:
            _log.warning("%s", decided.published.trouble())
        (score,) = self.scores(decided.made.exercise, decided.made.student)
        return score

    # ------------------------------------------------------------ judging again

    def regrade(self, exercise: str | None = None, *, dry_run: bool = False) -> Regraded:
        """Judge kept evidence again after a change of the course; runs no student code.

        With `dry_run` everything stays as it is, and you see what would change.
        """
        regraded = self.judge_again(exercise, keep=not dry_run)
        if not dry_run and (published := self.publish()).failed:
            _log.warning("%s", published.trouble())
        return regraded

    def judge_again(
        self, exercise: str | None = None, *, keep: bool = True, jobs: int = 1
    ) -> Regraded:
        """Judge again without writing pages; more than one job starts other processes."""
        if keep:
            claim(self.out, self.gradebook)
        return judge_again(self.gradebook, self.course, exercise, keep=keep, jobs=jobs)

    def publish(self) -> Published:
        """Write every page that is not on disk as it should be."""
        return catch_up(self.out, self.gradebook, self.course)
