"""Say whose fault it is: the instructor's, the command line's, or ours.

A student's mistake is never an exception; it is a verdict (`grader.model.Outcome`).
"""

__all__ = [
    "Conflict",
    "CourseError",
    "GraderError",
    "InternalError",
    "SubmissionError",
    "UsageError",
]


class GraderError(Exception):
    """Anything that stops the grader on purpose; `exit_code` is what the command line returns."""

    exit_code = 3


class UsageError(GraderError):
    """The command line asks for something that cannot be done as asked."""

    exit_code = 2


class Conflict(UsageError):
    """Somebody else changed a score after it was looked at; nothing was kept."""


class CourseError(GraderError):
    """The course is wrong: the instructor's fault, told as `path: key: what was expected`."""

    exit_code = 2


class SubmissionError(GraderError):
    """One submission cannot be read; the student is told why and everyone else is graded."""


class InternalError(GraderError):
    """Our own fault; it never costs a student a point."""
