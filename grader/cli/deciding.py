"""Commands by which people decide about a score and speak to a student."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from grader.cli.options import AsJson, CourseFolder, GradebookUrl, Out, print_json, unwritten

if TYPE_CHECKING:
    from grader.scores.decisions import Kind

__all__ = [
    *("Who", "answer", "appeal", "comment", "count", "history", "override", "pair", "queue"),
]

_LONGEST_LETTER = 1 << 16
"""Bytes of a letter; it is shown whole on pages."""
Student = Annotated[str, typer.Argument(metavar="STUDENT")]
Place = Annotated[
    str,
    typer.Argument(
        metavar="CHECK", help="EXERCISE for the whole work, else CHECK or EXERCISE/CHECK."
    ),
]
Text = Annotated[str, typer.Argument(metavar="TEXT", help="The student reads it.")]
Who = Annotated[
    str | None,
    typer.Option("--by", metavar="NAME", help="Who decides. [default: the name of this user]"),
]


def _said_in(text: str, file: Path | None) -> str:
    """Return what a student says: the argument, or the content of a file of the student's."""
    from grader.errors import SubmissionError, UsageError
    from grader.submissions.reading import bounded_bytes

    if bool(text.strip()) == (file is not None):
        raise UsageError("appeal: give what the student says as TEXT, or as --file FILE")
    if file is None:
        return text
    try:
        found = bounded_bytes(file, _LONGEST_LETTER).decode("utf-8-sig").strip()
    except SubmissionError as fault:
        raise UsageError(f"{file}: {fault}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file}: is no text in UTF-8; save it as one") from None
    if not found:
        raise UsageError(f"{file}: is empty")
    return found


def _decide(
    student: str,
    place: str,
    kind: Kind,
    text: str,
    who: str | None,
    course: Path | None,
    out: Path,
    gradebook: str | None,
    as_json: bool,
    points: float | None = None,
    attempt: int | None = None,
) -> int:
    from grader.grading.class_gradebook import ClassGradebook

    with ClassGradebook.open(out, gradebook, course) as book:
        done = book.decide(student, place, kind, text, points=points, attempt=attempt, by=who)
    made = done.made
    if as_json:
        print_json(asdict(made))
    elif points is not None:
        before = next(check.earned for check in done.before.checks if check.id == made.check)
        print(f"{student}  {made.exercise}  {made.check}: {before:g} -> {points:g} points")
    else:
        check = f"  {made.check}" if made.check else ""
        print(f"{student}  {made.exercise}{check}: kept")
    return 3 if unwritten(done.published) else 0


def override(
    student: Student,
    check: Annotated[str, typer.Argument(metavar="CHECK", help="A check's id, or EXERCISE/CHECK.")],
    points: Annotated[float, typer.Argument(metavar="POINTS", min=0)],
    reason: Annotated[str, typer.Option("--reason", help="Why; the student reads it.")],
    who: Who = None,
    course: CourseFolder = None,
    out: Out = Path("reports"),
    gradebook: GradebookUrl = None,
    as_json: AsJson = False,
) -> int:
    """Give manual points for a check; they belong to this attempt and survive every regrade."""
    return _decide(
        student, check, "points", reason, who, course, out, gradebook, as_json, points=points
    )


def comment(
    student: Student,
    check: Place,
    text: Text,
    who: Who = None,
    course: CourseFolder = None,
    out: Out = Path("reports"),
    gradebook: GradebookUrl = None,
    as_json: AsJson = False,
) -> int:
    """Write a comment on a student's page: for a check, or for the whole work."""
    return _decide(student, check, "comment", text, who, course, out, gradebook, as_json)


def appeal(
    student: Student,
    check: Place,
    text: Annotated[str, typer.Argument(metavar="[TEXT]", help="What the student says.")] = "",
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", help="The student's letter, instead of TEXT."),
    ] = None,
    who: Who = None,
    course: CourseFolder = None,
    out: Out = Path("reports"),
    gradebook: GradebookUrl = None,
    as_json: AsJson = False,
) -> int:
    """Note a student's appeal; it waits under "Needs your attention" until it is answered."""
    text = _said_in(text, file)
    return _decide(student, check, "appeal", text, who, course, out, gradebook, as_json)


def answer(
    student: Student,
    check: Place,
    text: Text,
    points: Annotated[
        float | None,
        typer.Option("--points", min=0, help="Give these points for the check as well."),
    ] = None,
    who: Who = None,
    course: CourseFolder = None,
    out: Out = Path("reports"),
    gradebook: GradebookUrl = None,
    as_json: AsJson = False,
) -> int:
    """Answer a student's appeal, with other points where it is right."""
    rest = (text, who, course, out, gradebook, as_json)
    if points is not None:
        _decide(student, check, "points", *rest, points=points)
    return _decide(student, check, "answer", *rest)


def count(
    student: Student,
    exercise: Annotated[str, typer.Argument(metavar="EXERCISE")],
    attempt: Annotated[int, typer.Argument(metavar="ATTEMPT", min=1)],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the history.")] = "",
    who: Who = None,
    course: CourseFolder = None,
    out: Out = Path("reports"),
    gradebook: GradebookUrl = None,
    as_json: AsJson = False,
) -> int:
    """Choose which attempt counts, whatever the rule in course.toml says."""
    rest = (reason, who, course, out, gradebook, as_json)
    return _decide(student, exercise, "counts", *rest, attempt=attempt)


def history(
    student: Student,
    exercise: Annotated[str, typer.Argument(metavar="EXERCISE")],
    out: Out = Path("reports"),
    gradebook: GradebookUrl = None,
    as_json: AsJson = False,
) -> None:
    """Say what happened to a score: attempts, manual points, comments, appeals; who and when."""
    from grader.grading.deciding import history as lines_of
    from grader.grading.publishing import open_graded

    with open_graded(out, gradebook) as book:
        lines = lines_of(book, student, exercise)
    if as_json:
        print_json(lines)
    else:
        print("\n".join(lines))


def pair(
    exercise: Annotated[str, typer.Argument(metavar="EXERCISE")],
    first: Annotated[str, typer.Argument(metavar="STUDENT")],
    second: Annotated[str, typer.Argument(metavar="STUDENT")],
    opinion: Annotated[
        Literal["accept", "dismiss"],
        typer.Argument(
            metavar="accept|dismiss", help="Is it right to call their work nearly the same?"
        ),
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the history of both.")],
    who: Who = None,
    course: CourseFolder = None,
    out: Out = Path("reports"),
    gradebook: GradebookUrl = None,
    as_json: AsJson = False,
) -> int:
    """Say what you think of two students' nearly same work; a dismissed pair is not shown again.

    Nobody's points change: give those with `grader override`.
    """
    from grader.grading.class_gradebook import ClassGradebook

    with ClassGradebook.open(out, gradebook, course) as book:
        published = book.decide_pair(exercise, (first, second), opinion, reason, by=who)
    if as_json:
        print_json({"exercise": exercise, "students": [first, second], "opinion": opinion})
    else:
        print(f"{exercise}  {first}, {second}: {opinion}ed")
    return 3 if unwritten(published) else 0


def queue(
    order: Annotated[
        Literal["student", "question"],
        typer.Option("--order", help="Student by student, or question by question."),
    ] = "student",
    course: CourseFolder = None,
    out: Out = Path("reports"),
    gradebook: GradebookUrl = None,
    as_json: AsJson = False,
) -> None:
    """List what waits for a person: appeals, undecided checks, points of an earlier attempt."""
    from grader.grading.class_gradebook import ClassGradebook

    with ClassGradebook.open(out, gradebook, course) as book:
        items = book.waiting(order)
    if as_json:
        print_json([asdict(item) for item in items])
        return
    for item in items:
        place = f"{item.exercise}/{item.check}" if item.check else item.exercise
        print(f"{item.student}  {place}  {item.why}")
    print(f"{len(items)} left" if items else "Nothing waits for you.")
