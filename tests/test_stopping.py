"""Time that is up: which line ran, and which time does not count."""

from __future__ import annotations

import asyncio
import json
import os
import queue
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.model import Cell, Limits
from grader.sandbox.channel import Channel
from grader.sandbox.clock import MOST, Clock, allowed, waited_s
from grader.sandbox.connection import Origin
from grader.sandbox.messages import Malformed, read_message
from grader.sandbox.stopping import line_that_ran
from tests.sandbox_room import Room, module, notebook, probe, room

LOOP = "def f(x):\n    while True:\n        x = g(x)\n    return x"


@pytest.fixture(scope="module")
def den() -> Iterator[Room]:
    with room(None) as opened:
        yield opened


class TestLine:
    work = notebook(LOOP, "def g(x):\n    return x + 1", "`")

    def said(self, *running: Origin) -> str:
        found = line_that_ran(self.work, running)
        return found.said if found else ""

    def test_the_innermost_loop_is_named_by_its_head(self) -> None:
        running = Origin("cell 2", 2), Origin("cell 1", 3)
        assert self.said(*running) == "it was in the loop on line 2 of cell 1: `while True:`"

    def test_without_a_loop_it_is_the_innermost_line(self) -> None:
        running = Origin("cell 2", 2), Origin("cell 1", 4)
        assert self.said(*running) == "line 2 of cell 2 ran: `return x + 1`"

    def test_lines_that_are_not_there_are_not_said(self) -> None:
        assert self.said(Origin("cell 9", 1), Origin("cell 1", 99), Origin("cell 1", 0)) == ""
        assert self.said() == ""

    def test_what_cannot_be_quoted_or_parsed_is_not(self) -> None:
        assert self.said(Origin("cell 3", 1)) == "line 1 of cell 3 ran"

    def test_a_module_is_said_in_its_own_lines(self) -> None:
        cells = Cell(0, "import torch", line=1), Cell(1, LOOP, line=4)
        work = replace(module(""), cells=cells)
        found = line_that_ran(work, [Origin("two_layer.py", 6)])
        assert found is not None
        assert found.said == "it was in the loop on line 5 of two_layer.py: `while True:`"


@pytest.mark.parametrize(
    "lines",
    ["x", [1], [["a"]], [["a", -1]], [["a", 1.5]], [[1, 1]], [["a" * 300, 1]], [["a", 1]] * 21],
)
def test_a_kernel_that_says_odd_lines_is_refused(lines: object) -> None:
    body = {"type": "interrupt_reply", "parent": "interrupt", "content": {"lines": lines}}
    with pytest.raises(Malformed):
        read_message(2, json.dumps(body).encode())


class TestWaiting:
    def test_a_timeout_is_longer_by_what_was_waited(self) -> None:
        async def seconds(waited: list[float]) -> float:
            channel = Channel(waited=lambda: waited.pop(0) if len(waited) > 1 else waited[0])
            began = time.perf_counter()
            with pytest.raises(queue.Empty):
                await channel.get_msg(0.2)
            return time.perf_counter() - began

        assert 0.15 < asyncio.run(seconds([5.0, 5.0])) < 0.35
        assert 0.45 < asyncio.run(seconds([5.0, 5.3])) < 0.9
        assert 0.2 * (1 + MOST) - 0.05 < asyncio.run(seconds([0.0, 1e6])) < 2.0

    def test_so_is_the_time_of_the_whole_run(self) -> None:
        clock = Clock(10.0)
        clock.start(lambda: 4.0)
        assert 13.5 < clock.left() <= 14.0
        clock.stop()
        clock.start(lambda: 1e6)
        assert 39.5 < clock.left() <= 40.0
        assert allowed(2.0, -1.0) == 0.0

    @pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="needs schedstat")
    def test_the_machine_says_how_long_a_process_waited(self) -> None:
        """Two that keep one processor busy wait for each other."""
        processor = min(os.sched_getaffinity(0))
        children = []
        for _ in range(2):
            if not (pid := os.fork()):
                os.sched_setaffinity(0, {processor})
                while True:
                    pass
            children.append(pid)
        try:
            time.sleep(1.0)
            assert sum(map(waited_s, children)) > 0.3
        finally:
            for pid in children:
                os.kill(pid, 9)
                os.waitpid(pid, 0)
        assert waited_s(children[0]) == 0.0


@pytest.mark.sandbox
class TestKernel:
    limits = Limits(cell_s=1.0, run_s=20.0)

    def test_a_loop_without_end_is_named(self, den: Room) -> None:
        work = notebook(LOOP, "def g(x):\n    return x + 1", "n = 1\nwhile n:\n    n = g(n)")
        seen, evidence = den.run(work, probe("f"), limits=self.limits)
        assert seen.cells[2].status == "timeout"
        assert seen.cells[2].line == 2
        assert seen.cells[2].message == (
            "the cell took more than 1 s. When time was up, "
            "it was in the loop on line 2 of cell 3: `while n:`"
        )
        assert evidence.replies[0].message.endswith(
            "it was in the loop on line 2 of cell 1: `while True:`"
        )

    @pytest.mark.parametrize(
        "prevented",
        [
            "import signal\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN)",
            "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])",
            "import signal\nsignal.signal(signal.SIGUSR1, lambda *_: 1 / 0)",
        ],
    )
    def test_who_prevents_it_loses_the_line_and_nothing_else(
        self, den: Room, prevented: str
    ) -> None:
        work = notebook(prevented, "while True:\n    pass", "def f(x): return x")
        seen, evidence = den.run(work, probe("f"), limits=self.limits)
        assert [cell.status for cell in seen.cells] == ["ok", "timeout", "ok"]
        assert seen.cells[1].message == "the cell took more than 1 s"
        assert evidence.replies[0].status == "answered"
