"""The time that counts towards a limit.

On a busy machine right work needs longer, which is not the student's fault. So the time in which
code could have run, but waited for a processor, does not count: a limit is longer by it, up to
`MOST` times the limit itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["LEAST_S", "MOST", "Clock", "allowed", "waited_s"]

MOST = 3.0
LEAST_S = 0.1
"""Less than this is not waited for again."""


def waited_s(pid: int) -> float:
    """Return for how many seconds a process's main thread has waited so far.

    0 where the machine does not say it (`/proc/PID/schedstat`), or where the process is gone.
    """
    try:
        with open(f"/proc/{pid}/schedstat") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


def allowed(limit: float, waited: float) -> float:
    """Return by how much a limit is longer, in seconds."""
    return max(0.0, min(waited, MOST * limit))


@dataclass
class Clock:
    """Time used inside kernels; waiting for a free place or for a processor does not count."""

    limit: float
    used: float = 0.0
    waited: float = 0.0
    since: float | None = None
    waiting: Callable[[], float] = lambda: 0.0
    """For how many seconds the present kernel has waited for a processor."""

    def left(self) -> float:
        """Return the seconds that are left of the whole run."""
        running = time.perf_counter() - self.since if self.since is not None else 0.0
        waited = self.waited + (self.waiting() if self.since is not None else 0.0)
        return self.limit + allowed(self.limit, waited) - self.used - running

    def start(self, waiting: Callable[[], float]) -> None:
        """Let time run for a kernel."""
        self.since, self.waiting = time.perf_counter(), waiting

    def stop(self) -> None:
        """Let time stand."""
        if self.since is not None:
            self.used += time.perf_counter() - self.since
            self.waited += self.waiting()
            self.since = None
