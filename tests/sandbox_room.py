"""A sandbox that stays open over many tests, and submissions to try in it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.errors import InternalError
from grader.model import Case, Cell, Evidence, Isolation, Limits, Probe, Run, Submission
from grader.sandbox import open_sandbox
from grader.sandbox.execution import execute

__all__ = ["LIMITS", "Room", "module", "notebook", "probe", "room", "texts"]

LIMITS = Limits(cell_s=3.0, run_s=20.0, memory_mb=512, output_mb=4, scratch_mb=16, processes=32)


def notebook(*sources: str, tags: dict[int, tuple[str, ...]] | None = None) -> Submission:
    cells = [Cell(i, source, (tags or {}).get(i, ())) for i, source in enumerate(sources)]
    return Submission("ada-l", "demo", Path("demo.ipynb"), "notebook", "0" * 64, tuple(cells))


def module(text: str) -> Submission:
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line]
    cells = [Cell(index, line, line=number) for index, (number, line) in enumerate(lines)]
    return Submission("ada-l", "demo", Path("two_layer.py"), "module", "0" * 64, tuple(cells))


def probe(name: str, **more: object) -> Probe:
    case = Case("public 1", True, {"x": 2.0})
    return Probe(name, name, (case,), limit_s=2.0, **more)  # type: ignore[arg-type]


def texts(run: Run) -> str:
    """Return all that a run left in its notebook, as one text."""
    assert run.notebook is not None
    return "\n".join(str(cell.outputs) for cell in run.notebook["cells"])


class Room:
    """One open sandbox and the loop it lives in."""

    def __init__(self, runner: asyncio.Runner, wanted: Isolation | None) -> None:
        self._runner = runner
        self._opened = open_sandbox(wanted, 2)
        self.sandbox = runner.run(self._opened.__aenter__())

    def run(
        self, submission: Submission, *probes: Probe, limits: Limits = LIMITS
    ) -> tuple[Run, Evidence]:
        return self._runner.run(execute(submission, probes, limits, self.sandbox))

    def side_by_side(
        self, *jobs: tuple[Submission, Probe], limits: Limits = LIMITS
    ) -> list[tuple[Run, Evidence]]:
        async def together() -> list[tuple[Run, Evidence]]:
            return await asyncio.gather(
                *(execute(job, (asked,), limits, self.sandbox) for job, asked in jobs)
            )

        return self._runner.run(together())

    def close(self) -> None:
        self._runner.run(self._opened.__aexit__(None, None, None))


@contextlib.contextmanager
def room(wanted: Isolation | None) -> Iterator[Room]:
    """Open a sandbox for many tests; skip them where this machine does not offer the level."""
    with asyncio.Runner() as runner:
        try:
            opened = Room(runner, wanted)
        except InternalError as error:
            pytest.skip(str(error))
        try:
            yield opened
        finally:
            opened.close()
