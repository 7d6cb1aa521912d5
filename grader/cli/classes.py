"""Commands on a class: grade it, render its reports again."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.options import (
    AsJson,
    CourseFolder,
    ExerciseOnly,
    FailUnder,
    GradebookUrl,
    Jobs,
    Out,
    Trust,
    WantedIsolation,
    print_json,
    unwritten,
)

if TYPE_CHECKING:
    from grader.grading.pipeline import Graded
    from grader.report.class_lines import ScoreLine

__all__ = ["grade", "report"]


_STATUS = {
    "graded": "graded",
    "awaits": "to be read by a person",
    "provisional": "provisional",
    "ungraded": "not graded",
}
"""What each status is called wherever people read it."""
Submissions = Annotated[
    Path,
    typer.Argument(
        metavar="SUBMISSIONS",
        help="A class's folder, one student's folder, or one notebook or module.",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        min=0,
        max=2**53 - 1,
        help="Draw the hidden cases from this number, for experiments.",
    ),
]
Reseed = Annotated[
    bool,
    typer.Option(
        "--reseed",
        help="Draw other hidden cases, for everybody, from now on; grades everything again.",
    ),
]
OnCluster = Annotated[
    str | None,
    typer.Option(
        "--executor",
        metavar="dask://HOST:PORT",
        help="Let the workers of this Dask scheduler grade. [default: this machine]",
        show_default=False,
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Grade unchanged submissions again, too.")]


def grade(
    submissions: Submissions,
    exercise: ExerciseOnly = None,
    course: CourseFolder = None,
    out: Out = Path("reports"),
    jobs: Jobs = None,
    executor: OnCluster = None,
    gradebook: GradebookUrl = None,
    fail_under: FailUnder = None,
    seed: Seed = None,
    reseed: Reseed = False,
    force: Force = False,
    isolation: WantedIsolation = None,
    trust_submissions: Trust = False,
    as_json: AsJson = False,
) -> int:
    """Grade what students handed in; write records and reports."""
    from grader.cli.terminals import terminal
    from grader.grading.ordering import grade_class
    from grader.grading.progress import watching

    with watching(terminal(stderr=True)) as observer:
        graded = grade_class(
            submissions,
            out=out,
            exercise=exercise,
            course=course,
            gradebook=gradebook,
            jobs=jobs,
            isolation=isolation,
            trust_submissions=trust_submissions,
            seed=seed,
            reseed=reseed,
            force=force,
            executor=executor,
            observer=observer,
        )
    if as_json:
        from grader.scores.record import to_json

        print_json([to_json(score) for score in graded.scores])
    else:
        _say(graded)
    return _exit_code(graded, fail_under)


def _say(graded: Graded) -> None:
    counts = Counter("awaits" if score.awaits else score.status for score in graded.lines)
    said = [f"{counts[status]} {word}" for status, word in _STATUS.items() if counts[status]]
    if graded.unchanged:
        said.append(f"{graded.unchanged} of them unchanged (--force grades them again)")
    print(", ".join(said) or "nothing was graded")
    _summed_up(graded)
    if graded.interrupted:
        print("Interrupted. The same command goes on where this one stopped.")
    levels = {line.isolation for line in graded.lines} - {""}
    if levels:
        print(f"Isolation: {', '.join(sorted(levels))}")
    print(f"Report: {graded.page.resolve()}")


def _summed_up(graded: Graded) -> None:
    """Say to people what came of it: one student's scores, or the class's exercises."""
    from grader.cli.terminals import terminal
    from grader.report.terminal import class_in_terminal, student_in_terminal

    console = terminal()
    if not console.is_terminal or not graded.lines:
        return
    if len({line.student for line in graded.lines}) > 1:
        console.print(class_in_terminal(graded.lines), end="\n\n")
    else:
        for score in graded.scores:
            console.print(student_in_terminal(score), end="\n\n")


def _not_graded(scores: Sequence[ScoreLine]) -> str:
    if len(scores) == 1:
        return f"{scores[0].student}, {scores[0].exercise or 'no exercise'} could not be graded"
    return f"none of {len(scores)} submissions could be graded; the first"


def _exit_code(graded: Graded, fail_under: float | None) -> int:
    if graded.trouble:
        print(f"grader: {graded.trouble}", file=sys.stderr)
    if graded.interrupted:
        return 130
    if graded.trouble:
        return 3
    if any(score.status == "provisional" and not score.awaits for score in graded.lines):
        return 3
    if graded.lines and all(score.status == "ungraded" for score in graded.lines):
        first = graded.lines[0]
        why = f": {first.message}" if first.message else ""
        print(f"grader: {_not_graded(graded.lines)}{why}", file=sys.stderr)
        return 2
    possible = sum(score.possible for score in graded.lines)
    earned = sum(score.earned for score in graded.lines)
    if fail_under is not None and earned * 100 < fail_under * possible:
        return 1
    return 0


def report(
    out: Out = Path("reports"),
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
    as_json: AsJson = False,
) -> int:
    """Render the reports again from the gradebook; runs no code."""
    from grader.course.loading import find_course
    from grader.grading.publishing import publish_again

    published = publish_again(out, gradebook, find_course(course))
    if as_json:
        print_json({"report": str(published.page)})
    else:
        print(f"Report: {published.page.resolve()}")
    return 3 if unwritten(published) else 0
