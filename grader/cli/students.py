"""Commands of students: check the own file."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.logs import is_quiet
from grader.cli.options import AsJson, CourseFolder, print_json

if TYPE_CHECKING:
    from grader.selfcheck.findings import Checked

__all__ = ["check"]


def check(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Your notebook or module, or their folder.")
    ],
    exercise: Annotated[
        str | None,
        typer.Option("--exercise", metavar="ID", help="The exercise, if the name does not say."),
    ] = None,
    course: CourseFolder = None,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch", "-w", help="Keep running, and check again whenever the file is saved."
        ),
    ] = False,
    plain: Annotated[
        bool,
        typer.Option(
            "--plain", help="Print each problem as `file:line: severity: message`, for editors."
        ),
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Check your own file: published examples and finite differences, no points."""
    from grader.errors import UsageError

    if not file.is_dir():
        return _check_one(file, exercise, course, _Form(plain, as_json), watch)
    if watch:
        raise UsageError(f"{file}: --watch follows one file; name it")
    return _check_folder(file, exercise, course, _Form(plain, as_json))


@dataclass(frozen=True)
class _Form:
    """How findings are shown."""

    plain: bool
    as_json: bool

    def show(self, checked: Checked) -> None:
        from grader.selfcheck import showing

        if self.as_json:
            print_json(checked.to_json())
        elif self.plain:
            print("\n".join(showing.as_lines(checked)), flush=True)
        else:
            from grader.cli.terminals import terminal

            terminal().print(showing.as_rich(checked), soft_wrap=True)

    def note(self, said: str) -> None:
        """Say something beside the findings, where people read."""
        if not (self.plain or self.as_json or is_quiet()):
            print(said, file=sys.stderr, flush=True)


def _check_one(
    file: Path, exercise: str | None, course: Path | None, form: _Form, watch: bool
) -> int:
    from grader.selfcheck.runner import Runner, Target, changes

    with Runner() as runner:
        target = Target(file, exercise, course)
        checked = runner.check(target)
        form.show(checked)
        if watch:
            following = changes(lambda: target.watched())
            next(following)
            runner.warm(target)
            form.note(f"Waiting until {file} is saved; Ctrl-C ends.")
            for _ in following:
                form.note(f"\n──────── {datetime.now().astimezone():%H:%M:%S} ────────")
                target = Target(file, exercise, course)
                form.show(runner.check(target))
                runner.warm(target)
                form.note(f"Waiting until {file} is saved; Ctrl-C ends.")
    return 1 if checked.wrong else 0


def _check_folder(folder: Path, exercise: str | None, course: Path | None, form: _Form) -> int:
    """Check every notebook and module of a folder, one after another."""
    from grader.errors import UsageError
    from grader.selfcheck.runner import Runner, Target

    files = sorted(
        path
        for path in folder.iterdir()
        if path.suffix in (".ipynb", ".py") and path.is_file() and not path.name.startswith(".")
    )
    results: list[Checked] = []
    left_out = []
    with Runner() as runner:
        for path in files:
            try:
                target = Target(path, exercise, course)
            except UsageError as error:
                left_out.append(str(error))
                continue
            if results and not form.as_json and not form.plain:
                print()
            checked = runner.check(target)
            results.append(checked)
            if not form.as_json:
                form.show(checked)
    for said in left_out:
        print(f"grader: not checked: {said}", file=sys.stderr)
    if not results:
        raise UsageError(f"{folder}: no notebook or module of an exercise is in it")
    if form.as_json:
        print_json([checked.to_json() for checked in results])
    return 1 if any(checked.wrong for checked in results) else 0
