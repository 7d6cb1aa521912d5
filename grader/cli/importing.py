"""Commands that read what other systems hand out."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.options import AsJson, Configured, CourseFolder, guarded, print_json

if TYPE_CHECKING:
    from grader.course.loading import Course
    from grader.imports.placing import Placed
    from grader.imports.platform import Platform

__all__ = ["importing"]

importing = typer.Typer(
    no_args_is_help=True, help="Read bulk downloads and trees of other systems."
)

Download = Annotated[
    Path, typer.Argument(metavar="PATH", help="The zip as downloaded, or the unpacked folder.")
]
Into = Annotated[Path, typer.Option("--into", metavar="DIR", help="Where the submissions are put.")]
Exercise = Annotated[
    str | None,
    typer.Option("--exercise", metavar="ID", help="What all files are for, whatever their names."),
]
SUBMISSIONS = Path("submissions")


def canvas(
    path: Download,
    into: Into = SUBMISSIONS,
    exercise: Exercise = None,
    course: CourseFolder = None,
    as_json: AsJson = False,
) -> int:
    """Read Canvas's "Download Submissions"."""
    from grader.imports.canvas import CANVAS

    return _import(CANVAS, path, into, exercise, course, as_json)


def moodle(
    path: Download,
    into: Into = SUBMISSIONS,
    exercise: Exercise = None,
    worksheet: Annotated[
        Path | None,
        typer.Option(
            "--worksheet",
            metavar="CSV",
            help="The grading worksheet: by its e-mail addresses, handles stay the same all term.",
        ),
    ] = None,
    course: CourseFolder = None,
    as_json: AsJson = False,
) -> int:
    """Read Moodle's "Download all submissions"."""
    from grader.exports.moodle import addresses_in
    from grader.imports.moodle import MOODLE, with_addresses
    from grader.imports.platform import Platform
    from grader.spreadsheets import read_sheet

    platform = MOODLE
    if worksheet is not None:
        addresses = addresses_in(read_sheet(worksheet))
        platform = Platform(
            lambda entries, known: with_addresses(MOODLE.read(entries, known), addresses),
            MOODLE.whose,
        )
    return _import(platform, path, into, exercise, course, as_json)


def gradescope(
    path: Download,
    into: Into = SUBMISSIONS,
    exercise: Exercise = None,
    course: CourseFolder = None,
    as_json: AsJson = False,
) -> int:
    """Read Gradescope's "Export Submissions"."""
    from grader.imports.gradescope import GRADESCOPE

    return _import(GRADESCOPE, path, into, exercise, course, as_json)


def nbgrader(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH", help="nbgrader's submitted/ tree, or a source notebook (.ipynb)."
        ),
    ],
    into: Into = SUBMISSIONS,
    exercise: Exercise = None,
    course: CourseFolder = None,
    as_json: AsJson = False,
) -> int:
    """Read nbgrader's submitted/ tree; a source notebook becomes the draft of an exercise."""
    from grader.imports.nbgrader import NBGRADER

    if path.suffix.lower() == ".ipynb" and path.is_file():
        _draft("nbgrader", path, exercise, course or Path(), as_json)
        return 0
    return _import(NBGRADER, path, into, exercise, course, as_json)


def otter(
    path: Annotated[
        Path, typer.Argument(metavar="NOTEBOOK", help="A source notebook of Otter Assign (.ipynb).")
    ],
    exercise: Annotated[
        str | None, typer.Option("--exercise", metavar="ID", help="What to call the exercise.")
    ] = None,
    course: CourseFolder = None,
    as_json: AsJson = False,
) -> None:
    """Turn a source notebook of Otter Assign into the draft of an exercise."""
    _draft("otter", path, exercise, course or Path(), as_json)


def _import(
    platform: Platform,
    path: Path,
    into: Path,
    exercise: str | None,
    course: Path | None,
    as_json: bool,
) -> int:
    from grader.course.loading import find_course
    from grader.course.ownership import Ground
    from grader.course.settings import file_in
    from grader.errors import UsageError
    from grader.imports.archive import entries_of
    from grader.imports.placing import place
    from grader.submissions.roster import read_roster
    from grader.suggestions import no_such

    found = find_course(course, Ground(path))
    known = found.exercise_ids
    if exercise is not None and exercise not in known:
        raise UsageError(no_such("exercise", exercise, known, " in this course"))
    roster = file_in(found.directory).places.get("roster")
    people = read_roster(Path(roster)) if roster else {}
    with entries_of(path, platform.whose) as entries:
        handed = platform.read(entries, known)
        placed = place(handed, into, known, exercise, found.accepts, people)
    if as_json:
        print_json([asdict(item) for item in placed])
    else:
        _say(placed, into, set(known), _name_of(found))
    if not any(item.written for item in placed):
        reason = "nothing was imported: is this the download of this platform?"
        print(f"grader: {path}: {reason}", file=sys.stderr)
        return 2
    return 0


def _name_of(course: Course) -> str:
    """Return how a sentence names a course: where it lies, or that it is the built-in one."""
    from grader.course.loading import built_in_course

    is_ours = course.directory == built_in_course().directory
    return "the built-in course" if is_ours else f"the course in {course.directory}"


def _say(placed: list[Placed], into: Path, known: set[str], course: str) -> None:
    """Say how much was written, and what became of files that an instructor must look at.

    Figures and data beside somebody's notebook are in `imported.csv` alone.
    """
    written = [item for item in placed if item.written]
    students = {item.student for item in written}
    late = sum(item.late for item in written)
    said = f"{len(written)} files of {len(students)} students are in {into}"
    print(said + (f", {late} of them late" if late else ""))
    strangers = False
    for item in placed:
        if not item.written:
            if item.exercise or item.student not in students:
                print(f"  {item.student or '-'}  {item.file}: {item.became}", file=sys.stderr)
        elif item.exercise not in known:
            reason = "is named like no exercise of this course; --exercise says which it is"
            print(f"  {item.student}  {item.file}: {reason}", file=sys.stderr)
            strangers = True
    if strangers:
        print(f"grader: this is {course}; --course names another one", file=sys.stderr)
    nothing = {item.student for item in placed if item.student} - students
    if nothing:
        print(f"{len(nothing)} students handed in nothing that can be graded", file=sys.stderr)


def _draft(tool: str, path: Path, exercise: str | None, course: Path, as_json: bool) -> None:
    from grader.imports.draft import draft_of, write_draft

    name = exercise or re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "exercise"
    draft = draft_of(path, tool)
    written = write_draft(draft, course, name)
    if as_json:
        print_json({"written": [str(file) for file in written], "left": list(draft.left)})
        return
    print("\n".join(str(file) for file in written))
    print("\n".join(f"  to do: {what}" for what in draft.left))


_COMMANDS: dict[str, Callable[..., int | None]] = {
    "canvas": canvas,
    "moodle": moodle,
    "gradescope": gradescope,
    "nbgrader": nbgrader,
    "otter": otter,
}
for _name, _command in _COMMANDS.items():
    importing.command(_name, cls=Configured)(guarded(_command))
