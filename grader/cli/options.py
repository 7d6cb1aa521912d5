"""What all commands share: their options, how they fail, and how they print JSON."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, ParamSpec

import typer
from typer.core import TyperCommand

from grader.cli.streams import unread_allowed
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.grading.publishing import Published
    from grader.model import Isolation

__all__ = [
    "AsJson",
    "Configured",
    "CourseFolder",
    "ExerciseOnly",
    "FailUnder",
    "GradebookUrl",
    "Jobs",
    "Out",
    "Trust",
    "WantedIsolation",
    "guarded",
    "isolation_of",
    "print_json",
    "unwritten",
]

P = ParamSpec("P")

CourseFolder = Annotated[
    Path | None,
    typer.Option(
        "--course",
        metavar="DIR",
        help="Your folder with exercises/ and reference/, or built-in. [default: $GRADER_COURSE, "
        "else your course around here, else built-in]",
        show_default=False,
    ),
]
Out = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="Where records and reports are written.")
]
ExerciseOnly = Annotated[
    str | None, typer.Option("--exercise", metavar="ID", help="Grade this exercise only.")
]
FailUnder = Annotated[
    float | None,
    typer.Option(
        "--fail-under",
        min=0,
        max=100,
        metavar="P",
        help="Exit with 1 when less than P percent of all points were earned.",
    ),
]
GradebookUrl = Annotated[
    str | None,
    typer.Option(
        "--gradebook",
        metavar="URL",
        help="Database of the gradebook. [default: an SQLite file in the output folder]",
        show_default=False,
    ),
]
# The values of `grader.model.Isolation`, whose import alone would take a tenth of `--help`.
WantedIsolation = Annotated[
    Literal["full", "reduced", "none"] | None,
    typer.Option("--isolation", help="Require this level instead of the best there is."),
]
Trust = Annotated[
    bool,
    typer.Option("--trust-submissions", help="Run them even where no sandbox is possible."),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        min=1,
        metavar="N",
        help="How many run at a time. [default: one a processor]",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else to stdout.")]


class Configured(TyperCommand):
    """A command whose options `course.toml` may preset where the command line does not."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Look first which course and which submissions are meant, then read the settings."""
        from grader.course.settings import settings_for

        said, _, _ = self.make_parser(ctx).parse_args(args=list(args))
        course, handed_in = said.get("course"), said.get("submissions")
        if not isinstance(handed_in, str):
            handed_in = "." if ctx.info_name == "ci" else None
        command = [ctx.info_name]
        if ctx.parent is not None and ctx.parent.parent is not None:
            command.insert(0, ctx.parent.info_name)
        try:
            ctx.default_map = settings_for(
                command,
                Path(course) if isinstance(course, str) else None,
                Path(handed_in) if handed_in else None,
            )
        except GraderError as error:
            raise typer.Exit(_fail(str(error), error.exit_code)) from None
        return super().parse_args(ctx, args)


def isolation_of(wanted: str | None) -> Isolation | None:
    """Return the level of isolation that an option asks for, if any."""
    from grader.model import Isolation

    return None if wanted is None else Isolation(wanted)


def guarded(command: Callable[P, int | None], *, kept: bool = False) -> Callable[P, None]:
    """Turn what a command returns or raises into an exit code and, if need be, one line.

    `kept` says that what it does is kept in files, so that it succeeds even if nobody can read
    what it says.
    """

    @functools.wraps(command)
    def run(*arguments: P.args, **options: P.kwargs) -> None:
        with unread_allowed() as stdout:
            code = _code_of(functools.partial(command, *arguments, **options))
            stdout.flush()
            if stdout.fault is not None and not isinstance(stdout.fault, BrokenPipeError):
                why = stdout.fault.strerror or stdout.fault
                needed = not kept or bool(options.get("as_json"))
                code = _fail(f"standard output cannot be written: {why}", 3 if needed else code)
        raise typer.Exit(code)

    return run


def _code_of(command: Callable[[], int | None]) -> int:
    try:
        return command() or 0
    except GraderError as error:
        return _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        return _fail("interrupted", 130)
    except Exception:
        import traceback

        traceback.print_exc()
        return _fail("this is a fault of the grader, not of a submission", 3)


def _fail(message: str, code: int) -> int:
    print(f"grader: {message}", file=sys.stderr)
    return code


def unwritten(published: Published) -> bool:
    """Say which pages could not be written; returns whether there are any."""
    if published.failed:
        print(f"grader: {published.told()}", file=sys.stderr)
    return published.failed > 0


def print_json(content: object) -> None:
    """Print one JSON document to stdout."""
    json.dump(content, sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
