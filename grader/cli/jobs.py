"""Commands for CI jobs: grade and leave what the job's system reads; ready workflow files."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import (
    AsJson,
    CourseFolder,
    ExerciseOnly,
    FailUnder,
    Out,
    Trust,
    WantedIsolation,
    isolation_of,
    print_json,
)

__all__ = ["ci"]


Submissions = Annotated[
    Path,
    typer.Argument(metavar="[SUBMISSIONS]", help="What to grade. [default: this folder]"),
]
ExitZero = Annotated[
    bool,
    typer.Option("--exit-zero", help="Exit with 0 whatever the score (Classroom 50 needs that)."),
]
Gradescope = Annotated[
    Path | None,
    typer.Option(
        "--gradescope",
        metavar="FILE",
        help="In Gradescope's autograder: SUBMISSIONS is one student's, results go here.",
    ),
]
Workflow = Annotated[
    str | None,
    typer.Option(
        "--workflow",
        metavar="NAME",
        help="Only print a ready workflow file: github, gitlab, classroom50 or classroom.",
    ),
]


def ci(
    submissions: Submissions = Path(),
    exercise: ExerciseOnly = None,
    course: CourseFolder = None,
    out: Out = Path("reports"),
    fail_under: FailUnder = None,
    exit_zero: ExitZero = False,
    isolation: WantedIsolation = None,
    trust_submissions: Trust = False,
    gradescope: Gradescope = None,
    workflow: Workflow = None,
    as_json: AsJson = False,
) -> int:
    """Grade in a CI job: JUnit, job summary, annotations, result files, exit code."""
    if workflow is not None:
        from grader.workflows import workflow_text

        print(workflow_text(workflow), end="")
        return 0
    from grader.course.loading import find_course
    from grader.course.ownership import Ground, check_output
    from grader.grading.environment import cores
    from grader.grading.ordering import begun

    ground = Ground(submissions, job=True)
    found = find_course(course, ground)
    check_output(out, ground)
    with begun(found.directory, isolation_of(isolation), cores()) as ahead:
        from grader.cli.terminals import terminal
        from grader.exports.job import exit_code, leave, leave_results, one_student
        from grader.grading.crew import open_crew
        from grader.grading.pipeline import Order, grade
        from grader.grading.progress import watching

        order = Order(
            root=submissions if gradescope is None else one_student(submissions, out),
            course=found,
            out=out,
            exercise=exercise,
            jobs=cores(),
            isolation=isolation_of(isolation),
            trusted=trust_submissions,
            force=True,
        )
        with watching(terminal(stderr=True)) as observer:
            graded = grade(order, observer, partial(open_crew, ahead=ahead))
    scores = graded.scores
    if gradescope is None:
        written = leave(scores, out, os.environ, root=submissions, silent=as_json)
    else:
        written = [leave_results(scores, gradescope)]
    if as_json:
        print_json({"written": [str(path) for path in written]})
    if graded.trouble:
        print(f"grader: {graded.trouble}", file=sys.stderr)
    if graded.interrupted:
        return 130
    if graded.trouble:
        return 3
    return exit_code(scores, fail_under, always_zero=exit_zero)
