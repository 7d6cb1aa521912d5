"""Find a course and read its exercises.

A course is a folder with `exercises/` (public) and `reference/` (trusted). It is looked for at
`--course DIR`, then `$GRADER_COURSE`, then upwards from the working directory; the built-in one
comes last.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grader.course.contract import read_exercise
from grader.errors import CourseError
from grader.model import Exercise

__all__ = ["Course", "find_course", "find_handout"]

_CONTRACTS = "exercises/*/exercise.toml"


@dataclass(frozen=True)
class Course:
    """A folder with exercises and their references."""

    directory: Path

    @cached_property
    def exercise_ids(self) -> tuple[str, ...]:
        """The ids of all exercises, sorted: the folders that hold an `exercise.toml`."""
        found = self.directory.glob(_CONTRACTS)
        return tuple(sorted(path.parent.name for path in found))

    def load(self, exercise_id: str, *, public: bool = False) -> Exercise:
        """Read one exercise; raises CourseError for an unknown id or a wrong contract.

        With `public` its reference may be absent, as it is where students work.
        """
        if exercise_id not in self.exercise_ids:
            known = ", ".join(self.exercise_ids)
            raise CourseError(f"{self.directory}: no exercise {exercise_id!r}; there are: {known}")
        return read_exercise(
            exercise_id,
            self.directory / "exercises" / exercise_id,
            self.directory / "reference" / f"{exercise_id}.py",
            public=public,
        )


def find_course(directory: Path | None = None) -> Course:
    """Find the course; raises CourseError when the folder that was named holds none."""
    named = directory or (
        Path(os.environ["GRADER_COURSE"]) if "GRADER_COURSE" in os.environ else None
    )
    if named is not None:
        if not _is_course(named):
            raise CourseError(
                f"{named}: is no course: expected the folders exercises/ and reference/"
            )
        return Course(named.resolve())
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if _is_course(folder):
            return Course(folder)
    return Course(_built_in())


def find_handout(near: Path, directory: Path | None = None) -> Course:
    """Find the public part of a course, for students: `exercises/` with or without a reference.

    Looked for in the folder that is named, upwards from the file `near`, then as `find_course`.
    """
    if directory is not None and any(directory.glob(_CONTRACTS)):
        return Course(directory.resolve())
    for folder in near.resolve().parents if directory is None else ():
        if any(folder.glob(_CONTRACTS)):
            return Course(folder)
    return find_course(directory)


def _is_course(folder: Path) -> bool:
    return (folder / "reference").is_dir() and any(folder.glob(_CONTRACTS))


def _built_in() -> Path:
    """Return the built-in course: package data in a wheel, the project's folders in a checkout."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_course", package.parent):
        if _is_course(folder):
            return folder
    raise CourseError(f"{package}: the built-in course is missing; install gradient-grader again")
