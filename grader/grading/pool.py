"""Workers in processes of this machine: an Executor that replaces a worker that dies.

One process imports torch and the judge, and every worker is a fork of it. Each worker is a
`ProcessPoolExecutor` of one process, so that it is known whose work a death interrupted: that
submission is tried again by a new worker, once; those that only waited lose nothing.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.util
import os
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from typing import Any

from grader.errors import InternalError

__all__ = ["LocalPool", "begin_parent"]

_PRELOADED = ["grader.grading.preloaded"]
_DEATHS = 2
"""How many workers one submission may take with it."""


@dataclass
class _Job:
    """Something submitted, and what it has cost so far."""

    outer: Future[Any]
    call: Callable[[], Any]
    deaths: int = 0


@dataclass
class _Place:
    """Where one worker works, and what it has been given, in order."""

    pool: ProcessPoolExecutor
    jobs: list[_Job] = field(default_factory=list)


class LocalPool(Executor):
    """`count` workers; `begin` makes the initializer's arguments for each new one."""

    def __init__(
        self, count: int, initializer: Callable[..., None], begin: Callable[[], tuple[Any, ...]]
    ) -> None:
        self._initializer = initializer
        self._begin = begin
        self._context = _context()
        self._lock = threading.RLock()
        self._closed = False
        self._places = [_Place(self._new()) for _ in range(count)]

    def _new(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            1, self._context, initializer=self._initializer, initargs=self._begin()
        )

    def on_each(self, fn: Callable[[Any], Any], items: Sequence[Any]) -> None:
        """Start the workers before there is work, each with something to prepare for."""
        for place, item in zip(self._places, cycle(items), strict=False):
            place.pool.submit(fn, item)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Give work to the worker that has least to do."""
        job = _Job(Future(), partial(fn, *args, **kwargs))
        with self._lock:
            if self._closed:
                raise RuntimeError("cannot submit after shutdown")
            place = min(self._places, key=lambda each: len(each.jobs))
            place.jobs.append(job)
            self._give(place, job)
        return job.outer

    def _give(self, place: _Place, job: _Job) -> None:
        pool = place.pool
        try:
            inner = pool.submit(job.call)
        except BrokenExecutor:  # it died while it had nothing to do
            place.pool = pool = self._new()
            inner = pool.submit(job.call)
        inner.add_done_callback(partial(self._done, place, pool, job))

    def _done(
        self, place: _Place, pool: ProcessPoolExecutor, job: _Job, inner: Future[Any]
    ) -> None:
        if inner.cancelled() or self._closed:
            job.outer.cancel()
            return
        fault = inner.exception()
        if isinstance(fault, BrokenExecutor):
            self._died(place, pool)
            return
        with self._lock:
            place.jobs.remove(job)
        if fault is not None:
            job.outer.set_exception(fault)
        else:
            job.outer.set_result(inner.result())

    def _died(self, place: _Place, pool: ProcessPoolExecutor) -> None:
        """Replace a dead worker, and give its work to the new one: the first of it was running."""
        with self._lock:
            if place.pool is not pool:
                return  # heard already, by way of other work it had
            running = place.jobs[0]
            running.deaths += 1
            if running.deaths == _DEATHS:
                place.jobs.remove(running)
            place.pool = self._new()
            for job in place.jobs:
                self._give(place, job)
        if running.deaths == _DEATHS:
            fault = InternalError(f"{_DEATHS} workers ended while they graded it")
            running.outer.set_exception(fault)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End all workers; with `cancel_futures` at once, whatever they are doing."""
        with self._lock:
            self._closed = self._closed or cancel_futures
        for place in self._places:
            processes = list((getattr(place.pool, "_processes", None) or {}).values())
            place.pool.shutdown(wait=False, cancel_futures=cancel_futures)
            for process in processes if cancel_futures else ():
                with contextlib.suppress(ValueError, OSError):
                    process.kill()
        for place in self._places if wait else ():
            place.pool.shutdown(wait=True)


def begin_parent() -> None:
    """Start the process that workers are forks of: it imports what they need."""
    import multiprocessing.forkserver

    _context()
    multiprocessing.forkserver.ensure_running()


def _context() -> multiprocessing.context.ForkServerContext:
    """Return how workers start: forked from one process that has imported what they need."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    _keep_sockets_in_owned_folder()
    # Its processes begin as `python -c`, which would import from the folder somebody stands in.
    os.environ["PYTHONSAFEPATH"] = "1"
    # One thread a worker: they are many, and a fork of threads is none.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    return context


_folder = contextlib.ExitStack()


def _keep_sockets_in_owned_folder() -> None:
    """Let multiprocessing's own temporary folder lie in one that is swept should we be killed."""
    from grader.sandbox.temporary import owned_folder

    if multiprocessing.current_process()._config.get("tempdir"):  # type: ignore[attr-defined]
        return
    before = tempfile.tempdir
    tempfile.tempdir = str(_folder.enter_context(owned_folder()))
    try:
        multiprocessing.util.get_temp_dir()
    finally:
        tempfile.tempdir = before
    # After multiprocessing has removed its own, which has the priority -100.
    multiprocessing.util.Finalize(None, _folder.close, exitpriority=-200)
