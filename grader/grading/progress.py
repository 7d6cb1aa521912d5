"""Show how far the grading is: a bar on a terminal, plain lines anywhere else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from grader.grading.desk import Observer
from grader.model import Isolation, Score

__all__ = ["watching"]

_CLOSED_OFF = {
    Isolation.FULL: "full: namespaces, Landlock and seccomp",
    Isolation.REDUCED: "reduced: Landlock, seccomp and limits, no namespaces",
    Isolation.NONE: "none: a process with limits, for trusted submissions",
}


@contextmanager
def watching(console: Console) -> Iterator[Observer]:
    """Give an observer that writes to `console` until the block ends."""
    if not console.is_terminal:
        yield _Lines(console)
        return
    with _bar(console) as bar:
        yield _Bar(bar)


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(compact=True),
        console=console,
        transient=True,
    )


class _Lines:
    """One line a submission, for logs."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._total = 0
        self._done = 0

    def begins(self, total: int, unchanged: int) -> None:
        """Say how much there is to do."""
        self._total = total
        self._say(_beginning(total, unchanged))

    def isolated(self, isolation: Isolation, reason: str) -> None:
        """Say how student code is walled off."""
        self._say(f"Isolation {_CLOSED_OFF[isolation]} ({reason})")

    def graded(self, score: Score) -> None:
        """Say who got how many points."""
        self._done += 1
        width = len(str(self._total))
        self._say(f"[{self._done:>{width}}/{self._total}] {_summary(score)}")

    def _say(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)


class _Bar:
    """A bar with throughput and the time that is left."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._began = time.monotonic()

    def begins(self, total: int, unchanged: int) -> None:
        """Start the bar."""
        self._progress.console.print(_beginning(total, unchanged), highlight=False)
        self._task = self._progress.add_task("Starting", total=total, rate="")

    def isolated(self, isolation: Isolation, reason: str) -> None:
        """Say how student code is walled off."""
        said = f"Isolation {_CLOSED_OFF[isolation]} ({reason})"
        self._progress.console.print(said, markup=False, highlight=False)
        self._began = time.monotonic()

    def graded(self, score: Score) -> None:
        """Move the bar by one."""
        done = self._progress.tasks[self._task].completed + 1
        rate = 60 * done / max(time.monotonic() - self._began, 1e-3)
        self._progress.update(
            self._task,
            advance=1,
            description=escape(f"{score.student[:20]:<20} {score.exercise[:20]:<20}"),
            rate=f"{rate:.0f}/min",
        )


def _beginning(total: int, unchanged: int) -> str:
    kept = f"; {unchanged} unchanged since they were graded" if unchanged else ""
    return f"{total} to grade{kept}"


def _summary(score: Score) -> str:
    if score.status == "ungraded":
        return f"{score.student}  {score.exercise or '-'}  not graded: {score.message}"
    mark = "  PROVISIONAL" if score.status == "provisional" else ""
    stopped = f"  {score.run.status}" if score.run.status in ("timeout", "killed") else ""
    points = f"{score.earned:g}/{score.possible:g}"
    return f"{score.student}  {score.exercise}  {points}{mark}{stopped}  {score.run.wall_s:.1f} s"
