"""Start what takes longest while everything else is still being imported.

That is the warm process, and the process that workers are forks of: both import torch. Import
nothing slow here.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from grader.grading.pool import begin_parent
from grader.model import Isolation
from grader.sandbox.launching import SharedZygote
from grader.sandbox.machine import Site, started

__all__ = ["Ahead"]


class Ahead:
    """Both processes, on their way from the moment the block is entered."""

    def __init__(self, isolation: Isolation | None, hidden: Sequence[Path]) -> None:
        self._wanted = isolation, tuple(hidden)
        self._found: tuple[Site, SharedZygote] | None = None
        self._fault: BaseException | None = None
        self._known, self._end = threading.Event(), threading.Event()
        # It lives as long as the block: the sandbox ends with the thread that has started it.
        self._thread = threading.Thread(target=self._hold, name="ahead")

    def __enter__(self) -> Self:
        self._thread.start()
        begin_parent()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._end.set()
        self._thread.join()

    def _hold(self) -> None:
        try:
            with started(*self._wanted) as self._found:
                self._known.set()
                self._end.wait()
        except BaseException as fault:
            self._fault = fault
        finally:
            self._known.set()

    def site(self) -> tuple[Site, SharedZygote]:
        """Wait for the level of isolation; raises what stands in its way, as InternalError."""
        self._known.wait()
        if self._found is None:
            assert self._fault is not None
            raise self._fault
        return self._found
