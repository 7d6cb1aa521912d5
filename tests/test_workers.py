"""Workers in processes: one that dies is replaced, and what it was at is tried again, once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import CancelledError, wait
from pathlib import Path

import pytest

from grader.errors import InternalError
from grader.grading.pool import LocalPool


def no_start() -> None:
    pass


def double(number: int) -> int:
    return 2 * number


def die_once(mark: Path) -> int:
    """End the process the first time."""
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def die(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail() -> None:
    raise ZeroDivisionError("ours")


@pytest.fixture(scope="module")
def pool() -> Iterator[LocalPool]:
    opened = LocalPool(2, no_start, tuple)
    yield opened
    opened.shutdown(cancel_futures=True)


@pytest.mark.slow
class TestPool:
    def test_results_and_exceptions_come_back(self, pool: LocalPool) -> None:
        assert sorted(pool.map(double, range(6))) == [0, 2, 4, 6, 8, 10]
        with pytest.raises(ZeroDivisionError, match="ours"):
            pool.submit(fail).result()

    def test_what_a_dead_worker_was_at_is_tried_again(
        self, pool: LocalPool, tmp_path: Path
    ) -> None:
        assert pool.submit(die_once, tmp_path / "mark").result(60) > 0

    def test_what_kills_two_workers_is_set_aside_and_its_neighbours_are_not(
        self, pool: LocalPool
    ) -> None:
        deadly = pool.submit(die, 0)
        neighbours = [pool.submit(double, number) for number in range(8)]
        wait([deadly, *neighbours], 120)
        assert isinstance(deadly.exception(), InternalError)
        assert [each.result() for each in neighbours] == [2 * number for number in range(8)]


@pytest.mark.slow
def test_workers_that_are_told_to_stop_leave_at_once() -> None:
    pool = LocalPool(1, no_start, tuple)
    waiting = pool.submit(signal.pause)
    pool.submit(double, 1)
    pool.shutdown(cancel_futures=True)
    with pytest.raises(CancelledError):
        waiting.result(30)
