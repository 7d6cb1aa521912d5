"""Ctrl-C, SIGTERM and SIGHUP: the first one asks to stop in order, the next one to stop at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

__all__ = ["Interruption", "heard"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """Whether somebody asked to stop."""

    def __init__(self) -> None:
        self.asked = False
        self._wake: Callable[[], object] | None = None

    @contextmanager
    def deferred(self, wake: Callable[[], object]) -> Iterator[None]:
        """In the block the first signal only calls `wake`: nothing is cut in the middle."""
        self._wake = wake
        try:
            yield
        finally:
            self._wake = None

    def hear(self, number: int, frame: FrameType | None) -> None:
        """Take a signal; raises KeyboardInterrupt where it cannot wait."""
        first, self.asked = not self.asked, True
        if first and self._wake is not None:
            self._wake()
        else:
            raise KeyboardInterrupt


@contextmanager
def heard() -> Iterator[Interruption]:
    """Listen to signals until the block ends; one that is ignored (nohup, `&`) stays ignored."""
    interruption = Interruption()
    before: dict[signal.Signals, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, interruption.hear)
    try:
        yield interruption
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
