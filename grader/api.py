"""What `import grader` gives: the functions below, and the values that they take and return.

This is all that is public; the command line goes through the same functions. Nothing heavy is
imported before it is needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

from grader.errors import CourseError, GraderError, InternalError, UsageError
from grader.model import CheckVerdict, Outcome, Score
from grader.selfcheck.findings import Checked, Finding

if TYPE_CHECKING:
    import pandas

    from grader.grading.class_gradebook import ClassGradebook

__all__ = [
    "CheckVerdict",
    "Checked",
    "CourseError",
    "Finding",
    "GraderError",
    "InternalError",
    "Outcome",
    "Score",
    "UsageError",
    "check",
    "grade",
    "open_gradebook",
    "to_pandas",
]

PathLike = str | Path
Level = Literal["full", "reduced", "none"]


def grade(
    path: PathLike,
    *,
    exercise: str | None = None,
    course: PathLike | None = None,
    out: PathLike | None = None,
    gradebook: str | None = None,
    jobs: int | None = None,
    isolation: Level | None = None,
    trust_submissions: bool = False,
    seed: int | None = None,
    force: bool = False,
) -> list[Score]:
    """Grade what students handed in, in the sandbox, and return their scores.

    `path` is a class's folder, one student's folder, or one notebook or module. `course` is a
    folder with `exercises/` and `reference/`, or `"built-in"`; without it the course is found as
    `grader grade` finds it. With `out` records, pages and the gradebook are written there, and
    unchanged submissions keep their scores (`force` grades them again); without it nothing is
    kept. `gradebook` is the URL of a database. `jobs` is how many submissions run at a time: one a
    processor, unless you say otherwise. `seed` draws the hidden cases; without it they follow
    from the gradebook.

    Raises UsageError where `path` or an option is wrong, CourseError where the course is, and
    InternalError where something could not be kept. What a student did wrong is never an
    exception: it is in the score.
    """
    from grader.grading.crew import in_this_process
    from grader.grading.ordering import grade_class

    with TemporaryDirectory(prefix="grader-") as folder:
        graded = grade_class(
            Path(path),
            out=Path(folder if out is None else out),
            exercise=exercise,
            course=_path(course),
            gradebook=gradebook,
            jobs=jobs,
            isolation=isolation,
            trust_submissions=trust_submissions,
            seed=seed,
            force=force,
            crews=in_this_process,  # other processes would import the caller's script again
        )
        if graded.interrupted:
            raise KeyboardInterrupt
        if graded.trouble:
            raise InternalError(graded.trouble)
        return list(graded.scores)


def check(
    path: PathLike, *, exercise: str | None = None, course: PathLike | None = None
) -> Checked:
    """Check one's own file as students do: published examples and finite differences, no points.

    Needs no reference. The file runs in a process of its own, but not in a sandbox: it is for
    files that you trust. Raises UsageError where it is unclear which exercise the file is for.
    """
    from grader.selfcheck.runner import Runner, Target

    with Runner() as runner:
        return runner.check(Target(Path(path), exercise, _path(course)))


def open_gradebook(
    out: PathLike | None = None,
    *,
    course: PathLike | None = None,
    gradebook: str | None = None,
) -> ClassGradebook:
    """Open the gradebook that `grade(..., out=...)` or `grader grade` wrote; use it in `with`.

    Without `out` and `gradebook` it is the one that the course's `course.toml` names, else the
    folder `reports`. Raises UsageError where nothing was graded yet.
    """
    from grader.course.settings import settings_for
    from grader.grading.class_gradebook import ClassGradebook

    said = settings_for(("show",), _path(course)) if out is None else {}
    place = out if out is not None else said.get("out", "reports")
    return ClassGradebook.open(Path(place), gradebook or said.get("gradebook"), _path(course))


def to_pandas(
    scores: Iterable[Score], *, by: Literal["score", "check"] = "score"
) -> pandas.DataFrame:
    """Return scores as a pandas DataFrame: a row a score, or with `by="check"` a row a check.

    `final` are the points that count: what was earned, less what being late costs. `handed_in` is
    in UTC, NaT where the time is not known. Raises UsageError where pandas is not installed.
    """
    from grader.scores.frame import frame_of

    return frame_of(scores, by)


def _path(given: PathLike | None) -> Path | None:
    return None if given is None else Path(given)
