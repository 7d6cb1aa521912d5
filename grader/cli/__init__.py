"""The command line: every command reads its options here and does its work elsewhere.

Only what `--help` needs is imported here; each command imports its part when it runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from grader.cli import (
    bundling,
    classes,
    courses,
    deciding,
    exporting,
    importing,
    instructors,
    jobs,
    machine,
    points,
    revising,
    serving,
    showing,
    students,
)
from grader.cli.options import Configured, guarded

__all__ = ["app", "main"]

app = typer.Typer(
    name="grader",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 graded, 1 below --fail-under, 2 usage or course error, or nothing could "
    "be graded, 3 the grader itself failed, 130 interrupted.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from grader import __version__

        print(f"gradient-grader {__version__}")
        raise typer.Exit


@app.callback()
def _grader(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Grade gradient exercises in PyTorch from evidence, in a sandbox."""


_DECIDING: tuple[Callable[..., int | None], ...] = (
    deciding.override,
    deciding.comment,
    deciding.appeal,
    deciding.answer,
    deciding.count,
    deciding.pair,
)
_KEPT = (classes.grade, classes.report, revising.regrade, *_DECIDING, points.points, jobs.ci)
_COMMANDS: tuple[Callable[..., int | None], ...] = (
    students.check,
    classes.grade,
    courses.verify,
    courses.release,
    instructors.new,
    instructors.roster,
    classes.report,
    showing.show,
    revising.regrade,
    *_DECIDING,
    deciding.history,
    deciding.queue,
    points.points,
    serving.serve,
    bundling.bundle,
    bundling.reproduce,
    jobs.ci,
    machine.doctor,
)
for _command in _COMMANDS:
    app.command(cls=Configured)(guarded(_command, kept=_command in _KEPT))
app.add_typer(exporting.export, name="export")
app.add_typer(importing.importing, name="import")


def main() -> None:
    """Run the command line and exit."""
    app()
