"""The command that shows what was graded, in the terminal or as Markdown; runs no code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.options import AsJson, CourseFolder, GradebookUrl, Out, print_json, unwritten

if TYPE_CHECKING:
    from grader.model import Score
    from grader.submissions.roster import Person

__all__ = ["show"]

_MOST = 20
"""Students that one list names."""


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
    from grader.grading.standing import term_of

    found = find_course(course)
    people = {} if _is_record(what) else term_of(found).people
    scores = _scores(what, exercise, out, gradebook, course, people)
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
            for number, line in enumerate(_not_in_the_table(scores, people)):
                print(line if number else f"\n{line}")


def _is_record(what: str | None) -> bool:
    return what is not None and Path(what).suffix == ".json"


def _not_in_the_table(scores: Sequence[Score], people: Mapping[str, Person]) -> Iterator[str]:
    """Yield lines on what the table of a class leaves out: what is not final, who is missing."""
    from grader.term.missing import who_is_missing

    open_ones = Counter(score.exercise for score in scores if score.status != "graded")
    for exercise, count in sorted(open_ones.items()):
        yield f"{exercise}: {count} not final or not graded; `grader queue` lists what waits"
    missing = who_is_missing(scores, people)
    if missing:
        yield f"Not handed in ({len(missing)} of {len(people)} on the roster):"
    for person in missing[:_MOST]:
        yield f"  {person.student}  {', '.join(person.exercises)}"
    if len(missing) > _MOST:
        yield f"  and {len(missing) - _MOST} more; `grader roster` lists them all"


def _scores(
    what: str | None,
    exercise: str | None,
    out: Path,
    gradebook: str | None,
    course: Path | None,
    people: Mapping[str, Person],
) -> tuple[Score, ...]:
    """Read what is meant; raises UsageError where there is none."""
    from grader.errors import UsageError
    from grader.scores.record import read_scores
    from grader.suggestions import no_such

    hint = ""
    if what is not None and _is_record(what):
        found = read_scores(Path(what))
    else:
        found = _kept(out, gradebook, course)
        everyone = {score.student for score in found}
        if what is not None and what in people:
            hint = f"{what} is on the roster and has handed in nothing"
            hint += f" for {exercise}" if exercise else ""
        elif what is not None and everyone and what not in everyone:
            hint = no_such("student", what, everyone | set(people), " in the gradebook")
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
