"""How much of the grader's attention kernels that talk a lot may take from those that do not."""

from __future__ import annotations

import time

__all__ = ["FRAMES", "FREE_S", "TURN_S", "Lane", "Pace"]

FREE_S = 0.1
SHARE = 0.2
"""Seconds of the grader's time that a kernel may use as they come, and more for every second
that it runs: honest ones use less."""
TURN_S = 0.002
FRAMES = 16
"""A kernel is listened to for so long, or for so many messages, then others have their turn."""
REST = 4.0
"""Beyond what is free, all who talk a lot together rest for this many times what they used."""


class Lane:
    """The one line in which all wait who have used up what was free."""

    def __init__(self) -> None:
        self._free_at = 0.0

    def wait(self, used: float) -> float:
        """Return the seconds to rest after having used some."""
        now = time.perf_counter()
        self._free_at = max(self._free_at, now) + used * REST
        return self._free_at - now


class Pace:
    """The time that one kernel has taken."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._began = time.perf_counter()
        self._used = 0.0
        self._since_rest = 0.0

    def use(self, seconds: float) -> None:
        """Count time that was spent on this kernel."""
        self._used += seconds
        self._since_rest += seconds

    def rest(self) -> float:
        """Return the seconds until this kernel may be listened to again."""
        used, self._since_rest = self._since_rest, 0.0
        free = FREE_S + SHARE * (time.perf_counter() - self._began)
        return self._lane.wait(used) if self._used > free else 0.0
