"""Commands that revise what was graded: judge kept evidence again, give manual points."""

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
    from grader.model import Score

__all__ = ["override", "regrade"]

Who = Annotated[
    str | None,
    typer.Option("--by", metavar="NAME", help="Who decides. [default: the name of this user]"),
]


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
    from grader.course.loading import find_course
    from grader.grading.environment import cores
    from grader.grading.folder import claim
    from grader.grading.publishing import catch_up, open_graded
    from grader.grading.regrade import regrade as judge_again

    found = find_course(course)
    with open_graded(out, gradebook) as book:
        if dry_run:
            regraded, missing = (
                judge_again(book, found, exercise, keep=False, jobs=jobs or cores()),
                False,
            )
        else:
            claim(out, book)
            regraded = judge_again(book, found, exercise, jobs=jobs or cores())
            missing = unwritten(catch_up(out, book, found))
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


def override(
    student: Annotated[str, typer.Argument(metavar="STUDENT")],
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
    from grader.course.loading import find_course
    from grader.errors import UsageError
    from grader.grading.environment import myself, now
    from grader.grading.folder import claim
    from grader.grading.publishing import catch_up, open_graded
    from grader.scores.decisions import Decision

    if not reason.strip():
        raise UsageError("--reason: say why; the student reads it")
    with open_graded(out, gradebook) as book:
        claim(out, book)
        score, name = _check_of(book.scores(), student, check)
        verdict = next(found for found in score.checks if found.id == name)
        if points > verdict.possible:
            raise UsageError(f"{name}: is worth {verdict.possible:g} points, not {points:g}")
        given = Decision(
            student, score.exercise, "points", reason.strip(), who or myself(), now(), name, points
        )
        book.decide(given)
        missing = unwritten(catch_up(out, book, find_course(course)))
    if as_json:
        print_json(asdict(given))
    else:
        print(f"{student}  {score.exercise}  {name}: {verdict.earned:g} -> {points:g} points")
    return 3 if missing else 0


def _check_of(scores: tuple[Score, ...], student: str, named: str) -> tuple[Score, str]:
    """Return the score and the check that are meant; raises UsageError when that is unclear."""
    from grader.errors import UsageError

    exercise, _, check = named.rpartition("/")
    theirs = [score for score in scores if score.student == student]
    if not theirs:
        raise UsageError(f"the gradebook has no student {student!r}")
    found = [
        score
        for score in theirs
        if exercise in ("", score.exercise) and check in {verdict.id for verdict in score.checks}
    ]
    if len(found) == 1:
        return found[0], check
    if found:
        names = ", ".join(f"{score.exercise}/{check}" for score in found)
        raise UsageError(f"{check!r} is in several exercises: {names}")
    known = ", ".join(f"{score.exercise}/{v.id}" for score in theirs for v in score.checks)
    raise UsageError(f"{student} has no check {named!r}; there are: {known}")
