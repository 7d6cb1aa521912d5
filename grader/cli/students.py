"""Commands of students: check the own file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.options import AsJson, CourseFolder, print_json

if TYPE_CHECKING:
    from grader.selfcheck.findings import Checked

__all__ = ["check"]


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Your notebook or module.")],
    exercise: Annotated[
        str | None,
        typer.Option("--exercise", metavar="ID", help="The exercise, if the name does not say."),
    ] = None,
    course: CourseFolder = None,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Stay, and check again whenever it is saved.")
    ] = False,
    plain: Annotated[
        bool,
        typer.Option("--plain", help="One `file:line: severity: message` a line, for editors."),
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Check your own file: published examples and finite differences, no points."""
    from grader.selfcheck.runner import Runner, Target, changes

    with Runner() as runner:
        target = Target(file, exercise, course)
        checked = runner.check(target)
        _show(checked, plain, as_json)
        if watch:
            following = changes(target.path)
            next(following)
            runner.warm()
            for _ in following:
                _show(runner.check(Target(file, exercise, course)), plain, as_json)
                runner.warm()
    return 1 if checked.wrong else 0


def _show(checked: Checked, plain: bool, as_json: bool) -> None:
    from grader.selfcheck import showing

    if as_json:
        print_json(checked.to_json())
    elif plain:
        print("\n".join(showing.as_lines(checked)), flush=True)
    else:
        from grader.cli.terminals import terminal

        terminal().print(showing.as_rich(checked), soft_wrap=True)
