"""Bound how long the search for causes may take for one submission.

Only words hang on it: a search that is stopped names nothing, and what is wrong stays told by its
numbers. Points that follow from a named mistake ask again without the bound
(`grader.judging.judge`), so they are the same however busy a machine is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["MOST_S", "STOPPED", "OutOfTime", "go_on", "searching", "within"]

MOST_S = 2.0
"""Processor time for all checks of one submission."""
STOPPED = (
    f"The search for the cause was stopped after {MOST_S:g} s; no cause is named. The points are "
    "not affected."
)
"""The remark on a check whose diagnosis was stopped."""


class OutOfTime(Exception):
    """The search has taken as long as it may."""


class _Allowance:
    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self.seconds = seconds
        self.clock = clock
        self.spent = 0.0
        self.since: float | None = None


_allowance: ContextVar[_Allowance | None] = ContextVar("allowance", default=None)


@contextmanager
def within(
    seconds: float | None = MOST_S, clock: Callable[[], float] = time.thread_time
) -> Iterator[None]:
    """Let all searches of the block together take so many seconds; None: as long as they need."""
    mark = _allowance.set(None if seconds is None else _Allowance(seconds, clock))
    try:
        yield
    finally:
        _allowance.reset(mark)


@contextmanager
def searching() -> Iterator[None]:
    """Count the time of the block."""
    allowance = _allowance.get()
    if allowance is None or allowance.since is not None:
        yield
        return
    allowance.since = allowance.clock()
    try:
        yield
    finally:
        allowance.spent += allowance.clock() - allowance.since
        allowance.since = None


def go_on() -> None:
    """Raise OutOfTime where the search has taken as long as it may; called before each candidate.

    Where nothing is bounded it does nothing.
    """
    allowance = _allowance.get()
    if allowance is None or allowance.since is None:
        return
    if allowance.spent + allowance.clock() - allowance.since > allowance.seconds:
        raise OutOfTime
