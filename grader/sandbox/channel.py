"""A queue of messages as nbclient reads one; it notes how long each message is worked on.

Time in which the kernel waited for a processor does not count towards a timeout.
"""

from __future__ import annotations

import asyncio
import queue
import time
from collections.abc import Callable
from typing import Any

from nbclient.exceptions import DeadKernelError

from grader.sandbox.clock import LEAST_S, allowed

__all__ = ["Channel"]


class Channel:
    """A queue of messages with the one method nbclient uses."""

    def __init__(
        self,
        ending: type[BaseException] = DeadKernelError,
        use: Callable[[float], None] | None = None,
        waited: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._ending = ending
        self._waited = waited
        self._use = use
        self._given_at: float | None = None
        self._queue: asyncio.Queue[Any] = asyncio.Queue()
        self._dead: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def put(self, message: object) -> None:
        """Add a message."""
        self._queue.put_nowait(message)

    def close(self) -> None:
        """Wake whoever waits: nothing more will come."""
        if not self._dead.done():
            self._dead.set_result(None)

    async def get_msg(self, timeout: float | None = None) -> Any:
        """Return the next message; raises queue.Empty when it takes longer than `timeout`.

        Raises the channel's ending when nothing more can come. Until it is called again, the
        message that it gave is being worked on: that time is told to `use`.
        """
        if self._use is not None and self._given_at is not None:
            self._use(time.perf_counter() - self._given_at)
            self._given_at = None
        message = await self._next(timeout)
        # After the last message of a cell nobody works on it.
        if self._use is not None and message["msg_type"] != "status":
            self._given_at = time.perf_counter()
        return message

    async def _next(self, timeout: float | None) -> Any:
        if not self._queue.empty():
            return self._queue.get_nowait()
        waiter = asyncio.ensure_future(self._queue.get())
        try:
            await self._first_of(waiter, timeout)
            if waiter.done():
                return waiter.result()
        finally:
            waiter.cancel()
        if self._dead.done():
            raise self._ending("the kernel died")
        raise queue.Empty

    async def _first_of(self, waiter: asyncio.Future[Any], timeout: float | None) -> None:
        """Wait for a message, the kernel's end, or the time that the kernel may take."""
        began, granted, left = self._waited(), 0.0, timeout
        while left is None or left > 0:
            done, _ = await asyncio.wait(
                {waiter, self._dead}, timeout=left, return_when=asyncio.FIRST_COMPLETED
            )
            if done or timeout is None:
                return
            more = allowed(timeout, self._waited() - began) - granted
            left = more if more >= LEAST_S else 0.0
            granted += left
