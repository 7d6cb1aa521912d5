"""Find a course and read its exercises.

A course is a folder with `exercises/` (public) and `reference/` (trusted). It is looked for at
`--course DIR`, then `$GRADER_COURSE`, then upwards from the working directory, where it has to be
one that the grader remembers as the instructor's; the built-in one comes last.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grader.course.ownership import BUILT_IN, Ground, is_remembered, named_course
from grader.course.reference_files import reference_at
from grader.course.settings import FILE, file_in
from grader.errors import CourseError, UsageError
from grader.model import Accepts, Exercise
from grader.suggestions import no_such

__all__ = ["Course", "built_in_course", "course_here", "find_course", "find_handout"]

_CONTRACTS = "exercises/*/exercise.toml"


@dataclass(frozen=True)
class Course:
    """A folder with exercises and their references."""

    directory: Path

    @cached_property
    def exercise_ids(self) -> tuple[str, ...]:
        """The ids of all exercises, sorted: the folders that hold an `exercise.toml`."""
        found = {path.parent.name for path in self.directory.glob(_CONTRACTS)}
        return tuple(sorted(found | set(self.base.exercise_ids if self.base else ())))

    @cached_property
    def base(self) -> Course | None:
        """The course whose exercises are in this one, too; its own come first."""
        if file_in(self.directory).extends is None or self.directory == _built_in():
            return None
        return Course(_built_in())

    def home(self, exercise_id: str) -> Path:
        """Return the folder of the course that an exercise comes from."""
        own = self.directory / "exercises" / exercise_id / "exercise.toml"
        return self.directory if self.base is None or own.is_file() else self.base.directory

    @cached_property
    def accepts(self) -> dict[str, Accepts]:
        """Which further files come along with the work, by exercise."""
        from grader.course.contract import read_accepts  # imports pydantic

        return {
            name: read_accepts(self.home(name) / "exercises" / name) for name in self.exercise_ids
        }

    def load(self, exercise_id: str, *, public: bool = False) -> Exercise:
        """Read one exercise; raises CourseError for an unknown id or a wrong contract.

        With `public` its reference may be absent, as it is where students work.
        """
        if exercise_id not in self.exercise_ids:
            said = no_such("exercise", exercise_id, self.exercise_ids)
            is_ours = self.directory == _built_in()
            place = "the built-in course (--course names another)" if is_ours else self.directory
            raise CourseError(f"{place}: {said}")
        from grader.course.contract import read_exercise

        home = self.home(exercise_id)
        return read_exercise(
            exercise_id,
            home / "exercises" / exercise_id,
            reference_at(home / "reference", exercise_id),
            public=public,
        )


def find_course(directory: Path | None = None, ground: Ground | None = None) -> Course:
    """Find the course to grade with: the one that is named, one that is remembered, the built-in.

    `ground` is what students handed in. Raises CourseError when the folder that was named holds
    no course, and UsageError where the course may be a student's.
    """
    named = named_course(directory)
    if named is not None:
        course = _named(named)
        if ground is not None and course.directory != _built_in():
            ground.refuse_course(named)
        return course
    if ground is not None and ground.job:
        raise UsageError(
            "which course? In a CI job you have to name it, because the folder of the job belongs "
            f"to a student: --course DIR (or $GRADER_COURSE), or --course {BUILT_IN}"
        )
    found = _upwards()
    if found in (None, _built_in()):
        return Course(_built_in())
    assert found is not None
    if ground is not None:
        ground.refuse_course(found)
    if not is_remembered(found):
        raise UsageError(
            f"{found}: there is a course here, but nobody said that it is yours, and its Python "
            f"files would run outside the sandbox. If it is: --course {found} (or "
            "$GRADER_COURSE), or prove it once with `grader verify`. If it came with files that "
            f"were handed in: --course {BUILT_IN}, or the folder of your own course"
        )
    return Course(found)


def built_in_course() -> Course:
    """Return the course that comes with the grader."""
    return Course(_built_in())


def course_here(directory: Path | None = None) -> Course:
    """Find the course that a command is about, where nothing of students comes in.

    There it is enough to stand in it: whoever asks to prove a course means the one at hand.
    """
    named = named_course(directory)
    return _named(named) if named is not None else Course(_upwards() or _built_in())


def _named(folder: Path) -> Course:
    if str(folder) == BUILT_IN:
        return Course(_built_in())
    if not _is_course(folder):
        raise CourseError(f"{folder}: is no course: expected the folders exercises/ and reference/")
    return Course(folder.resolve())


def _upwards() -> Path | None:
    here = Path.cwd().resolve()
    return next((folder for folder in (here, *here.parents) if _is_course(folder)), None)


def find_handout(near: Path, directory: Path | None = None) -> Course:
    """Find the public part of a course, for students: `exercises/` with or without a reference.

    Looked for in the folder that is named, upwards from the file `near`, then as `course_here`.
    Only contracts are read there, which are data; no reference is ever loaded from what it finds.
    """
    if directory is not None and any(directory.glob(_CONTRACTS)):
        return Course(directory.resolve())
    for folder in near.resolve().parents if directory is None else ():
        if any(folder.glob(_CONTRACTS)):
            return Course(folder)
    return course_here(directory)


def _is_course(folder: Path) -> bool:
    whole = (folder / "reference").is_dir() and any(folder.glob(_CONTRACTS))
    return whole or ((folder / FILE).is_file() and file_in(folder).extends is not None)


def _built_in() -> Path:
    """Return the built-in course: package data in a wheel, the project's folders in a checkout."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_course", package.parent):
        if _is_course(folder):
            return folder
    raise CourseError(f"{package}: the built-in course is missing; install gradient-grader again")
