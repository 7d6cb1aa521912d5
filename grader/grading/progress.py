"""Show how far the grading is: a bar on a terminal, plain lines anywhere else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from grader.model import Isolation, Score

if TYPE_CHECKING:
    from rich.progress import Progress

    from grader.grading.recording import Observer

__all__ = ["watching"]

_OFTEN = 25
"""Submissions after which a log says how far it is."""
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
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(compact=True),
        TextColumn("left"),
        console=console,
        transient=True,
    )


class _Pace:
    """How fast it goes, and who could not be graded or was stopped so far."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self.done = 0
        self.failed = 0

    def begin(self) -> None:
        """Count from now: what came before was starting up."""
        self._began = time.monotonic() - 1e-3

    def count(self, score: Score) -> bool:
        """Take in one more; returns whether it failed."""
        self.done += 1
        failed = score.status != "graded" or score.run.status in ("timeout", "killed")
        self.failed += failed
        return failed

    def said(self) -> str:
        """Say throughput and failures: `68/min, 2 to look at`."""
        failed = f", {self.failed} to look at" if self.failed else ""
        return f"{60 * self.done / (time.monotonic() - self._began):.0f}/min{failed}"

    def left(self, total: int) -> str:
        """Say about how long the rest takes."""
        seconds = (time.monotonic() - self._began) / self.done * (total - self.done)
        return (
            f"about {seconds:.0f} s left" if seconds < 90 else f"about {seconds / 60:.0f} min left"
        )


class _Lines:
    """One line a submission, for logs; now and then how far it is."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._total = 0
        self._pace = _Pace()

    def begins(self, total: int, unchanged: int) -> None:
        """Say how much there is to do."""
        self._total = total
        self._say(_beginning(total, unchanged))

    def isolated(self, isolation: Isolation, reason: str) -> None:
        """Say how student code is isolated."""
        self._say(f"Isolation {_CLOSED_OFF[isolation]} ({reason})")
        self._pace.begin()

    def graded(self, score: Score) -> None:
        """Say who got how many points."""
        self._pace.count(score)
        done, width = self._pace.done, len(str(self._total))
        self._say(f"[{done:>{width}}/{self._total}] {_summary(score)}")
        if done % _OFTEN == 0 and done < self._total:
            far = f"{done} of {self._total} done"
            self._say(f"{far}, {self._pace.said()}, {self._pace.left(self._total)}")

    def _say(self, line: str) -> None:
        self._console.print(_clean(line), markup=False, highlight=False, soft_wrap=True)


class _Bar:
    """A bar with throughput, the time that is left, and above it who failed so far."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._pace = _Pace()

    def begins(self, total: int, unchanged: int) -> None:
        """Start the bar."""
        self._progress.console.print(_beginning(total, unchanged), highlight=False)
        self._task = self._progress.add_task("Starting", total=total, rate="")

    def isolated(self, isolation: Isolation, reason: str) -> None:
        """Say how student code is isolated."""
        said = f"Isolation {_CLOSED_OFF[isolation]} ({reason})"
        self._say(said)
        self._pace.begin()

    def graded(self, score: Score) -> None:
        """Move the bar by one."""
        if self._pace.count(score):
            self._say(_summary(score))
        self._progress.update(
            self._task,
            advance=1,
            description=escape(_clean(f"{score.student[:20]:<20} {score.exercise[:20]:<20}")),
            rate=self._pace.said(),
        )

    def _say(self, line: str) -> None:
        self._progress.console.print(_clean(line), markup=False, highlight=False)


def _clean(line: str) -> str:
    from grader.report.sanitise import clean_text  # imported while the sandbox starts

    return clean_text(line)


def _beginning(total: int, unchanged: int) -> str:
    kept = f"; {unchanged} unchanged since they were graded" if unchanged else ""
    return f"{total} to grade{kept}"


def _summary(score: Score) -> str:
    if score.status == "ungraded":
        return f"{score.student}  {score.exercise or '-'}  not graded: {score.message}"
    mark = "  PROVISIONAL" if score.status == "provisional" else ""
    mark = "  to be read by a person" if score.awaits else mark
    stopped = f"  {score.run.status}" if score.run.status in ("timeout", "killed") else ""
    points = f"{score.earned:g}/{score.possible:g}"
    return f"{score.student}  {score.exercise}  {points}{mark}{stopped}  {score.run.wall_s:.1f} s"
