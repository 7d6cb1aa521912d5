"""The command that shows what was graded, in the terminal or as Markdown; runs no code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.options import AsJson, CourseFolder, GradebookUrl, Out, print_json, unwritten

if TYPE_CHECKING:
    from grader.model import Score

__all__ = ["show"]


def show(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[STUDENT|RECORD]",
            help="A student, or a score.json or scores.json. [default: the whole class]",
        ),
    ] = None,
    exercise: Annotated[
        str | None, typer.Option("--exercise", metavar="ID", help="This exercise only.")
    ] = None,
    course: CourseFolder = None,
    out: Out = Path("reports"),
    gradebook: GradebookUrl = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print Markdown, for a comment or an issue.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show a student's scores, or the class, in the terminal; runs no code."""
    from grader.course.loading import find_course
    from grader.grading.publishing import look_of

    found = find_course(course)
    scores = _scores(what, exercise, out, gradebook, course)
    look = look_of(found)
    single = what is not None
    if as_json:
        from grader.scores.record import to_json

        print_json([to_json(score) for score in scores])
    elif markdown:
        from grader.report.markdown import class_as_markdown, student_as_markdown

        one_by_one = "\n".join(student_as_markdown(score, look=look) for score in scores)
        print(one_by_one if single else class_as_markdown(scores, look=look), end="")
    else:
        from grader.cli.terminals import terminal
        from grader.report.terminal import class_in_terminal, student_in_terminal

        console = terminal()
        for score in scores if single else ():
            console.print(student_in_terminal(score, look=look), end="\n\n")
        if not single:
            console.print(class_in_terminal(scores, look=look))


def _scores(
    what: str | None, exercise: str | None, out: Path, gradebook: str | None, course: Path | None
) -> tuple[Score, ...]:
    """Read what is meant; raises UsageError where there is none."""
    from grader.errors import UsageError
    from grader.scores.record import read_scores
    from grader.suggestions import no_such

    hint = ""
    if what is not None and Path(what).suffix == ".json":
        found = read_scores(Path(what))
    else:
        found = _kept(out, gradebook, course)
        everyone = {score.student for score in found}
        if what is not None and everyone and what not in everyone:
            hint = no_such("student", what, everyone, " in the gradebook")
        exercises = {score.exercise for score in found}
        if exercise is not None and exercises and exercise not in exercises:
            hint = no_such("exercise", exercise, exercises, " in the gradebook")
        if what is not None:
            found = tuple(score for score in found if score.student == what)
    found = tuple(score for score in found if exercise in (None, score.exercise))
    if not found:
        whose = what or "the class"
        said = f"nothing graded of {whose}{f' for {exercise}' if exercise else ''}"
        raise UsageError(hint or said)
    return found


def _kept(out: Path, url: str | None, course: Path | None) -> tuple[Score, ...]:
    from grader.grading.class_gradebook import ClassGradebook

    with ClassGradebook.open(out, url, course) as book:
        if published := book.finish():
            unwritten(published)
        return tuple(book.scores())
