"""The workers of one run: in this process, in processes of this machine, or on a cluster.

All are a `concurrent.futures.Executor` and a function to submit to it; the coordinator needs to
know nothing else.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.grading.worker import (
    Kept,
    Result,
    Setup,
    Task,
    Worker,
    agree,
    become_worker,
    grade_here,
    judge_again_here,
    prepare_here,
)
from grader.model import Isolation, Score

if TYPE_CHECKING:
    from grader.grading.ahead import Ahead
    from grader.sandbox.machine import Site

__all__ = ["Crew", "OpenCrew", "in_processes", "in_this_process", "judging", "open_crew"]

_AHEAD = 2
"""Submissions in flight a worker: one runs, one waits."""


@dataclass(frozen=True)
class Crew:
    """Who grades."""

    executor: Executor
    grade: Callable[[Task], Result]
    in_flight: int
    """How many submissions are handed out at most."""
    isolation: Isolation
    reason: str
    """Why it is this level of isolation and no better one."""


OpenCrew = Callable[[Setup, int, Sequence[Task]], AbstractContextManager[Crew]]
"""Takes what workers are told, how many there are, and the first tasks, to prepare for."""


@contextmanager
def open_crew(
    setup: Setup, jobs: int, first: Sequence[Task], ahead: Ahead | None = None
) -> Iterator[Crew]:
    """Start as many workers as there are jobs and work for; raises InternalError, UsageError.

    One job takes one process and least memory. More take a process each and one for torch, which
    is ready sooner even for a single submission.
    """
    with (
        in_this_process(setup, jobs, first) if jobs == 1 else in_processes(setup, first, ahead)
    ) as crew:
        yield crew


@contextmanager
def in_this_process(setup: Setup, jobs: int, first: Sequence[Task]) -> Iterator[Crew]:
    """One worker with `jobs` kernels, in a thread: nothing is imported twice.

    A further thread judges while the kernels run.
    """
    worker = Worker(replace(setup, kernels=jobs))
    executor = ThreadPoolExecutor(jobs + 1, thread_name_prefix="worker")
    try:
        opening = executor.submit(worker.open)
        for task in first[:1]:  # torch is imported while the sandbox starts
            executor.submit(worker.prepare, task)
        level, reason = opening.result()
        yield Crew(executor, worker.grade, jobs + 1, level, reason)
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        worker.close()
        executor.shutdown(wait=True)


@contextmanager
def in_processes(setup: Setup, first: Sequence[Task], ahead: Ahead | None = None) -> Iterator[Crew]:
    """One worker for each of the first tasks; they share one warm process to start kernels from."""
    from grader.grading.ahead import Ahead
    from grader.grading.pool import LocalPool

    with ExitStack() as stack:
        if ahead is None:
            hidden = (setup.course / "reference",)
            ahead = stack.enter_context(Ahead(setup.isolation, hidden))
        site, shared = ahead.site()
        agree(site.setting.level, site.reason, trusted=setup.trusted)
        shared.warm(setup.needs)

        def begin() -> tuple[Setup, Site, socket.socket]:
            return setup, site, stack.enter_context(shared.attach())

        pool = LocalPool(len(first), become_worker, begin)
        stack.callback(pool.shutdown, cancel_futures=True)
        pool.on_each(prepare_here, first)
        shared.wait_until_ready()
        yield Crew(pool, grade_here, len(first) * _AHEAD, site.setting.level, site.reason)


@contextmanager
def judging(setup: Setup, jobs: int) -> Iterator[tuple[Executor, Callable[[Kept], Score | str]]]:
    """Workers that only judge, and need no sandbox."""
    if jobs == 1:
        worker = Worker(setup)
        with ThreadPoolExecutor(1, thread_name_prefix="worker") as executor:
            yield executor, worker.judge_again
        return
    from grader.grading.pool import LocalPool

    pool = LocalPool(jobs, become_worker, lambda: (setup, None, None))
    try:
        yield pool, judge_again_here
    finally:
        pool.shutdown(cancel_futures=True)
