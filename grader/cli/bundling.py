"""Commands that take one score elsewhere and get it again there."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import AsJson, CourseFolder, GradebookUrl, Out, print_json

__all__ = ["bundle", "reproduce"]


def bundle(
    student: Annotated[str, typer.Argument(metavar="STUDENT")],
    exercise: Annotated[str, typer.Argument(metavar="EXERCISE")],
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", metavar="ZIP", help="[default: STUDENT-EXERCISE.zip]", show_default=False
        ),
    ] = None,
    course: CourseFolder = None,
    out: Out = Path("reports"),
    gradebook: GradebookUrl = None,
    as_json: AsJson = False,
) -> None:
    """Pack what reproduces a score: work, seed, environment, evidence, record; no reference."""
    from grader.grading.bundle import bundle_of
    from grader.grading.class_gradebook import ClassGradebook
    from grader.outdir import component, write_named

    with ClassGradebook.open(out, gradebook, course) as book:
        packed = bundle_of(book.gradebook, student, exercise)
    place = to or Path(f"{component(student)}-{component(exercise)}.zip")
    write_named(place, packed)
    if as_json:
        print_json({"written": str(place)})
    else:
        print(f"Written: {place}. It holds a student's work and the seed: give it to staff only.")


def reproduce(
    packed: Annotated[Path, typer.Argument(metavar="BUNDLE", help="A zip of `grader bundle`.")],
    course: CourseFolder = None,
    as_json: AsJson = False,
) -> int:
    """Judge a bundle again by the course here, and say whether the score is the same."""
    from grader.course.loading import find_course
    from grader.grading.bundle import reproduce as judge_again
    from grader.model import Outcome

    found = judge_again(packed, find_course(course))
    if as_json:
        changes = [asdict(change) for change in found.changes]
        print_json({"same": found.same, "why_not": found.why_not, "changes": changes})
    elif found.again is None:
        print(f"not judged again: {found.why_not}")
    else:
        score, again = found.score, found.again
        points = f"{again.earned:g} of {again.possible:g} points"
        print(
            f"{score.student}  {score.exercise}  {points}: {'the same' if found.same else 'other'}"
        )
        if any(check.outcome is Outcome.AWAITING for check in again.checks):
            print("  without manual points, which are in history.txt of the bundle")
        for change in found.changes:
            print(
                f"  {change.check}: {change.before or 'new'} -> {change.after or 'gone'}, "
                f"{change.points_before:g} -> {change.points_after:g} points. {change.why}"
            )
    return 0 if found.same else 1
