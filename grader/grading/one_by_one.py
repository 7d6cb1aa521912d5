"""Grade single submissions one after another, keeping the worker between them.

For callers that choose what comes next themselves, as pytest does; a whole class is graded
faster by `grader.grading.pipeline`.
"""

from __future__ import annotations

from pathlib import Path

from grader.course.loading import find_course
from grader.course.ownership import Ground
from grader.errors import CourseError
from grader.grading.worker import Setup, Task, Worker
from grader.model import Exercise, Score, Submission, Unreadable
from grader.submissions.finding import find_submissions

__all__ = ["Grading"]


class Grading:
    """One worker and the scores that it gave; close it when done."""

    def __init__(
        self, course: Path | None, ground: Ground, *, seed: int, trusted: bool = False
    ) -> None:
        self._course = find_course(course, ground)
        self._seed = seed
        self._worker = Worker(Setup(self._course.directory, trusted=trusted))
        self._scores: dict[tuple[str, str], Score] = {}

    def found(self, path: Path, exercise: str | None) -> list[Submission | Unreadable]:
        """Return what was handed in under a path; raises UsageError or CourseError."""
        return find_submissions(path, self._course.exercise_ids, exercise, self._course.accepts)

    def exercise(self, found: Submission | Unreadable) -> Exercise | None:
        """Return the exercise that something was handed in for, if that is known."""
        return None if found.exercise is None else self._worker.exercise(found.exercise)

    def score(self, submission: Submission) -> Score:
        """Grade one submission; asked again, return the same score.

        Raises CourseError where the exercise's own files are at fault.
        """
        key = submission.student, submission.exercise
        if key not in self._scores:
            fingerprint = self._worker.exercise(submission.exercise).fingerprint
            result = self._worker.grade(Task(submission, self._seed, fingerprint))
            if result.course_fault:
                raise CourseError(result.course_fault)
            self._scores[key] = result.score
        return self._scores[key]

    def close(self) -> None:
        """Close the sandbox."""
        self._worker.close()
