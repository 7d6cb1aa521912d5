"""The command that judges kept evidence again."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.options import (
    AsJson,
    CourseFolder,
    GradebookUrl,
    Jobs,
    Out,
    print_json,
    unwritten,
)

if TYPE_CHECKING:
    from grader.grading.regrade import Change, Regraded

__all__ = ["regrade"]


def regrade(
    exercise: Annotated[
        str | None, typer.Option("--exercise", metavar="ID", help="This exercise only.")
    ] = None,
    course: CourseFolder = None,
    out: Out = Path("reports"),
    gradebook: GradebookUrl = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and keep everything.")
    ] = False,
    jobs: Jobs = None,
    as_json: AsJson = False,
) -> int:
    """Judge kept evidence again after a change; runs no student code."""
    from grader.grading.class_gradebook import ClassGradebook
    from grader.grading.environment import cores

    with ClassGradebook.open(out, gradebook, course) as book:
        regraded = book.judge_again(exercise, keep=not dry_run, jobs=jobs or cores())
        missing = not dry_run and unwritten(book.publish())
    if as_json:
        print_json(asdict(regraded))
    else:
        _say(regraded)
    return 3 if regraded.needs_running or missing else 0


def _say(regraded: Regraded) -> None:
    changed = {(change.student, change.exercise) for change in regraded.changes}
    print(f"{regraded.judged} judged again, {len(changed)} changed")
    for change in regraded.changes:
        print(f"  {_line(change)}")
    if regraded.needs_running:
        print(f"{len(regraded.needs_running)} not judged again:")
        print("\n".join(f"  {line}" for line in regraded.needs_running))


def _line(change: Change) -> str:
    outcomes = f"{change.before or 'new'} -> {change.after or 'gone'}"
    if change.before == change.after:
        outcomes = change.after
    points = f"{change.points_before:g} -> {change.points_after:g}"
    place = f"{change.student}  {change.exercise}  {change.check}"
    return f"{place}: {outcomes}, {points} points. {change.why}"
