"""What all commands share: their options, how they fail, and how they print JSON."""

from __future__ import annotations

import contextlib
import errno
import functools
import inspect
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
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
        help="How many run at a time. [default: one for each processor]",
        show_default=False,
    ),
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Say only what goes wrong.", show_default=False)
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say what is done, step by step.")]
LogFile = Annotated[
    Path | None,
    typer.Option(
        "--log-file",
        metavar="FILE",
        help="Append every step to this file, with its time.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else to stdout.")]


class Configured(TyperCommand):
    """A command whose options `course.toml` may preset where the command line does not."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Look first which course and which submissions are meant, then read the settings."""
        from grader.course.settings import settings_for

        if windows := next(filter(_is_windows_path, args), None):
            raise typer.Exit(_fail(_in_wsl(windows), 2))
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


_WINDOWS = re.compile(r"(?:--[\w-]+=)?([A-Za-z]):([\\/].*)|(?:--[\w-]+=)?([A-Z]):(\w\S*)")


def _is_windows_path(argument: str) -> bool:
    return (
        os.name == "posix"
        and not argument.startswith("--reason")
        and _WINDOWS.fullmatch(argument) is not None
        and not Path(argument).exists()
    )


def _in_wsl(argument: str) -> str:
    """Say how Linux names a path of Windows, as far as a shell has left it whole."""
    found = _WINDOWS.fullmatch(argument)
    assert found is not None
    if found[1]:
        place = f"/mnt/{found[1].lower()}{found[2]}".replace("\\", "/")
        return f"{argument}: is a path of Windows; in WSL the same file is {place}"
    return (
        f"{argument}: looks like a path of Windows; in WSL the drive {found[3]}: is "
        f"/mnt/{found[3].lower()}, with / between folders"
    )


_OF_THE_DISK = {
    errno.ENOSPC: "cannot be written: the disk is full",
    errno.EDQUOT: "cannot be written: your share of the disk is used up",
    errno.EROFS: "cannot be written: this disk can only be read",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.ENOTDIR: "a file is where a folder is needed",
    errno.EISDIR: "is a folder where a file is needed",
}


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
        said = [options.pop(name, None) for name in ("quiet", "verbose", "log_file")]
        hushed = kept and bool(said[0]) and not options.get("as_json")
        with unread_allowed() as stdout:
            code = _code_of(functools.partial(command, *arguments, **options), said, hushed)
            stdout.flush()
            if stdout.fault is not None and not isinstance(stdout.fault, BrokenPipeError):
                why = stdout.fault.strerror or stdout.fault
                needed = not kept or bool(options.get("as_json"))
                code = _fail(f"standard output cannot be written: {why}", 3 if needed else code)
        raise typer.Exit(code)

    _take_log_options(run, command)
    return run


def _take_log_options(run: Callable[..., None], command: Callable[..., int | None]) -> None:
    """Let a command take the options of the log, without a word about them in its own code."""
    signature = inspect.signature(command, eval_str=True)
    added = {"quiet": (Quiet, False), "verbose": (Verbose, False), "log_file": (LogFile, None)}
    parameters = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (kind, default) in added.items()
    ]
    run.__signature__ = signature.replace(  # type: ignore[attr-defined]  # inspect reads it
        parameters=[*signature.parameters.values(), *parameters]
    )
    run.__annotations__ = {
        **command.__annotations__,
        **{name: kind for name, (kind, _) in added.items()},
    }


def _code_of(command: Callable[[], int | None], said: Sequence[Any], hushed: bool) -> int:
    from grader.cli.logs import logging_to

    try:
        with logging_to(*said), contextlib.ExitStack() as stack:
            if hushed:
                nothing = stack.enter_context(Path(os.devnull).open("w"))
                stack.enter_context(contextlib.redirect_stdout(nothing))
            return command() or 0
    except GraderError as error:
        return _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        return _fail("interrupted", 130)
    except OSError as fault:
        if fault.filename is None or fault.errno not in _OF_THE_DISK:
            return _ours()
        return _fail(f"{fault.filename}: {_OF_THE_DISK[fault.errno]}", 2)
    except Exception:
        return _ours()


def _ours() -> int:
    import traceback

    traceback.print_exc()
    return _fail("this is a fault of the grader, not of a submission", 3)


def _fail(message: str, code: int) -> int:
    print(f"grader: {message}", file=sys.stderr)
    return code


def unwritten(published: Published) -> bool:
    """Say which pages could not be written; returns whether there are any."""
    if published.failed:
        print(f"grader: {published.trouble()}", file=sys.stderr)
    return published.failed > 0


def print_json(content: object) -> None:
    """Print one JSON document to stdout."""
    json.dump(content, sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
