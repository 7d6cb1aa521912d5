"""How much of the grader's attention kernels that talk a lot may take from those that do not."""

from __future__ import annotations

import time

__all__ = ["FRAMES", "FREE_S", "REST", "TURN_S", "Lane", "Pace"]

FREE_S = 0.03
SHARE = 0.1
"""Seconds of the grader's time that a kernel may use beyond what the quietest other one has used,
and more for every second that it runs: honest ones use less."""
TURN_S = 0.002
FRAMES = 16
"""A kernel is listened to for so long, or for so many messages, then others have their turn."""
REST = 4.0
"""Beyond what is free, all who talk a lot together rest for this many times what they used."""


class Lane:
    """Those who are listened to, and the one line in which all wait who used too much."""

    def __init__(self) -> None:
        self._free_at = 0.0
        self._here: set[Pace] = set()

    def enter(self, pace: Pace) -> None:
        """Count somebody among those who are listened to."""
        self._here.add(pace)

    def leave(self, pace: Pace) -> None:
        """Count somebody no longer."""
        self._here.discard(pace)

    def least(self, pace: Pace) -> float | None:
        """Return the seconds that the quietest other one has used; None where nobody is."""
        return min((each.used for each in self._here if each is not pace), default=None)

    def wait(self, used: float) -> float:
        """Return the seconds to rest after having used some."""
        now = time.perf_counter()
        self._free_at = max(self._free_at, now) + used * REST
        return self._free_at - now


class Pace:
    """The time that one kernel has taken."""

    def __init__(self, lane: Lane) -> None:
        self.used = 0.0
        self._lane = lane
        self._began = time.perf_counter()
        self._since_rest = 0.0

    def enter(self) -> None:
        """Begin to be listened to."""
        self._lane.enter(self)

    def leave(self) -> None:
        """Say nothing more: nobody has to wait for it."""
        self._lane.leave(self)

    def use(self, seconds: float) -> None:
        """Count time that was spent on this kernel."""
        self.used += seconds
        self._since_rest += seconds

    def rest(self) -> float:
        """Return the seconds until this kernel may be listened to again."""
        used, self._since_rest = self._since_rest, 0.0
        least = self._lane.least(self)
        if least is None:
            return 0.0
        free = FREE_S + SHARE * (time.perf_counter() - self._began)
        return self._lane.wait(used) if self.used - least > free else 0.0
