"""Run a student's file in this process and try its checks; speaks JSON lines with the runner.

Started ahead of time by `grader.selfcheck.runner`: everything slow is imported before the request
comes. The student's own code runs on the student's own machine, as it does in Jupyter, so nothing
is isolated here; the process only keeps a crash or an endless loop away from the command.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from grader.model import Cell, Check, Exercise, Outcome
from grader.selfcheck.findings import Finding

__all__ = ["main"]


def main() -> None:
    """Warm up, wait for one request on standard input, answer it line by line."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    _silence()
    _show_where_on_signal()
    gc.disable()  # a sixth of the time that the imports take; nothing of them is garbage
    from grader.inside.shell import build_shell

    shell = build_shell()
    _warm_up(sys.argv[2:])
    gc.freeze()
    gc.enable()
    request = sys.stdin.readline()
    if request:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - for good
        _serve(json.loads(request), shell, answers)
    answers.flush()
    os._exit(0)  # threads that a student's code left behind are not waited for


def _silence() -> None:
    """What the student's code prints belongs to their notebook, not to the check."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nothing, descriptor)
    os.environ.setdefault("MPLBACKEND", "agg")


def _show_where_on_signal() -> None:
    """Let the runner ask which line runs, also where that line never ends."""
    import faulthandler
    import signal

    if len(sys.argv) > 1 and hasattr(signal, "SIGUSR1"):
        faulthandler.register(signal.SIGUSR1, int(sys.argv[1]), all_threads=False)


def _warm_up(parts: Sequence[str] = ()) -> None:
    """Import and use once what the first request would wait for; `parts` of `inside.warmth`."""
    import torch

    import grader.selfcheck.asking  # noqa: F401

    leaf = torch.ones(2, requires_grad=True)
    (leaf * leaf).sum().backward()  # type: ignore[no-untyped-call]
    if parts:
        from grader.inside.warmth import use

        use(parts)


def _serve(request: Mapping[str, Any], shell: Any, answers: TextIO) -> None:
    from grader.inside.devices import map_to_cpu
    from grader.sandbox.notebooks import names_device
    from grader.selfcheck.carrying import cells_from, exercise_from
    from grader.submissions.placing import RAISES

    def say(**said: Any) -> None:
        answers.write(json.dumps(said) + "\n")
        answers.flush()

    path, kind = Path(request["path"]), request["kind"]
    folder = request["folder"]
    exercise, cells = exercise_from(request["exercise"]), cells_from(request["cells"])
    os.chdir(folder)
    sys.path.insert(0, folder)
    if exercise.limits.devices == "cpu" and names_device(cells):
        map_to_cpu()
    if kind == "module":
        shell.compile.sources[path.name] = path.read_text("utf-8", "replace")
        shell.become_module(path.stem, str(path))
    watched = any(check.cell and check.method for check in exercise.checks)
    trying = _Trying(exercise, cells, frozenset(request["skip"]), shell.user_ns, say, watched)
    for cell in cells:
        if f"cell {cell.index}" not in trying.skipped:
            say(begins=f"cell {cell.index}")
            place = f"cell {cell.index + 1}" if kind == "notebook" else path.name
            failure = _run(shell, cell.source, place, cell.line or 1, watched)
            if failure is not None and RAISES not in cell.tags:
                said = f"{failure['ename']}: {failure['evalue']}"
                say(trouble=said, place=place, line=failure["line"] or cell.line or 0)
        # What a cell leaves is looked at right after it: later cells use the names again.
        trying.after(cell)
    trying.at_the_end()
    say(done=True)


@dataclass(frozen=True)
class _Trying:
    """The checks of an exercise while its cells are run one after another."""

    exercise: Exercise
    cells: Sequence[Cell]
    skipped: frozenset[str]
    namespace: dict[str, Any]
    say: Callable[..., None]
    watched: bool

    def after(self, cell: Cell) -> None:
        """Try what this cell should have left behind."""
        from grader.submissions.placing import last_with

        for check in self.exercise.checks:
            if check.cell is not None and last_with(self.cells, check.cell) == cell.index:
                if f"cell {cell.index}" in self.skipped:
                    self.without_trying(check, Outcome.SKIPPED, "Its cell did not finish.")
                else:
                    self.check(check)

    def at_the_end(self) -> None:
        """Try what does not belong to one cell, and say which cells are not there."""
        from grader.judging.sentences.feedback import missing
        from grader.submissions.placing import last_with

        for check in self.exercise.checks:
            if check.cell is None:
                self.check(check)
            elif last_with(self.cells, check.cell) is None:
                self.without_trying(check, Outcome.MISSING, missing(check, None, ""))

    def check(self, check: Check) -> None:
        from grader.selfcheck.asking import try_check

        if check.by_probe and f"check {check.id}" not in self.skipped:
            self.say(begins=f"check {check.id}")
            found = try_check(self.exercise, check, self.namespace, self.watched)
            self.say(finding=found.to_json())

    def without_trying(self, check: Check, outcome: Outcome, why: str) -> None:
        name = check.cell or check.id
        self.say(finding=Finding(check.id, name, check.title, outcome, (why,)).to_json())


def _run(shell: Any, source: str, name: str, line: int, watched: bool) -> dict[str, Any] | None:
    """Run one cell; return what it failed with."""
    from grader.inside.observe import note
    from grader.inside.printed import noting
    from grader.inside.recovery import run_cell

    shell.failure = None
    shell.compile.place(name, line, source)
    try:
        with noting():
            if watched:
                note(lambda: run_cell(shell, source, store_history=True, silent=False))
            else:
                run_cell(shell, source, store_history=True, silent=False)
    except BaseException as error:  # a cell may raise anything
        shell.fail(error)
    failure: dict[str, Any] | None = shell.failure
    return failure


if __name__ == "__main__":
    main()
