"""The command for manual points and comments of a whole class, as a table."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.deciding import Who
from grader.cli.options import AsJson, CourseFolder, GradebookUrl, Out, print_json, unwritten

__all__ = ["points"]


def points(
    write: Annotated[
        Path | None,
        typer.Option("--write", metavar="CSV", help="Write the questions that a person grades."),
    ] = None,
    read: Annotated[
        Path | None, typer.Option("--read", metavar="CSV", help="Read points and comments back.")
    ] = None,
    exercise: Annotated[
        str | None, typer.Option("--exercise", metavar="ID", help="Write this exercise only.")
    ] = None,
    check: Annotated[
        str | None,
        typer.Option(
            "--check",
            metavar="CHECK",
            help="Write this check of every student, also where no person is needed.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be kept, and keep nothing.")
    ] = False,
    who: Who = None,
    course: CourseFolder = None,
    out: Out = Path("reports"),
    gradebook: GradebookUrl = None,
    as_json: AsJson = False,
) -> int:
    """Give manual points and comments to the whole class, in a table."""
    from grader.errors import UsageError
    from grader.grading.class_gradebook import ClassGradebook

    if (write is None) == (read is None):
        raise UsageError("expected one of --write CSV and --read CSV")
    with ClassGradebook.open(out, gradebook, course) as book:
        if write is not None:
            count = book.write_points(write, exercise, check)
            print_json({"rows": count}) if as_json else print(f"{write}: {count} rows")
            return 0
        assert read is not None
        found, published = book.read_points(read, by=who, keep=not dry_run)
        left = len(book.waiting())
    if as_json:
        print_json([asdict(made) for made in found.decisions])
    else:
        for made in found.decisions:
            given = "a comment" if made.points is None else f"{made.points:g} points"
            print(f"{made.student}  {made.exercise}/{made.check}  {given}")
        would = "would be kept" if dry_run else "kept"
        print(f"{len(found.decisions)} {would}, {found.unchanged} unchanged, {left} left")
    return 3 if published is not None and unwritten(published) else 0
