"""Commands around a class: begin an exercise, see who has handed in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import AsJson, CourseFolder, print_json

__all__ = ["new", "roster"]


def new(
    exercise: Annotated[str, typer.Argument(metavar="ID", help="Like chain-rule.")],
    title: Annotated[str | None, typer.Option("--title", help="What students read.")] = None,
    like: Annotated[
        str | None,
        typer.Option(
            "--like",
            metavar="ID",
            help="Begin with a copy of this exercise, your own or a built-in one.",
        ),
    ] = None,
    course: Annotated[
        Path,
        typer.Option("--course", metavar="DIR", help="The course's folder; made where needed."),
    ] = Path(),
    as_json: AsJson = False,
) -> None:
    """Begin an exercise: the three files, ready to edit."""
    from grader.course.loading import Course, built_in_course
    from grader.course.new import new_exercise, now_used
    from grader.course.ownership import remember

    own, built_in = Course(course), built_in_course()
    first = not own.exercise_ids
    model = None
    if like is not None:
        model = (own if like in own.exercise_ids else built_in).load(like)
    written = new_exercise(course, exercise, title, model)
    remember(course)
    if first and (said := now_used(course, built_in)):
        print(f"grader: {said}", file=sys.stderr)
    if as_json:
        print_json([str(path) for path in written])
    else:
        print("\n".join(str(path) for path in written))


def roster(
    submissions: Annotated[Path, typer.Argument(metavar="SUBMISSIONS")],
    people: Annotated[
        Path | None,
        typer.Option("--roster", metavar="CSV", help="[default: roster.csv among SUBMISSIONS]"),
    ] = None,
    exercise: Annotated[
        str | None, typer.Option("--exercise", metavar="ID", help="This exercise only.")
    ] = None,
    course: CourseFolder = None,
    as_json: AsJson = False,
) -> int:
    """Say who has handed in what, and who of the roster has not."""
    from grader.course.loading import find_course
    from grader.course.ownership import Ground
    from grader.grading.standing import checked_term, handed_in
    from grader.model import Submission
    from grader.submissions.finding import find_submissions
    from grader.submissions.roster import FILE, read_roster

    known = find_course(course, Ground(submissions))
    found = handed_in(
        find_submissions(submissions, known.exercise_ids, exercise, known.accepts),
        checked_term(known),
    )
    handed: dict[str, list[str]] = {}
    for item in found:
        ok = isinstance(item, Submission)
        handed.setdefault(item.student, []).append(
            str(item.exercise) if ok else f"unreadable: {getattr(item, 'reason', '')}"
        )
    listed = read_roster(people or submissions / FILE)
    missing = sorted(set(listed) - set(handed))
    unknown = sorted(set(handed) - set(listed)) if listed else []
    if as_json:
        notes = {name: listed[name].note for name in missing if listed[name].note}
        record = {"handed_in": handed, "missing": missing, "notes": notes}
        print_json({**record, "not_on_the_roster": unknown})
        return 0
    for student in sorted(handed):
        print(f"{student}  {listed[student].name if student in listed else ''}".rstrip())
        print("\n".join(f"  {what}" for what in handed[student]))
    for name in missing:
        note = listed[name].note
        print(f"{name}  {f'nothing to grade: {note}' if note else 'has not handed in'}")
    for name in unknown:
        print(f"{name}  is not on the roster")
    return 0
