"""Open a sandbox: have a warm process started, hand out kernels, close it again."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from grader.model import Isolation, Limits
from grader.sandbox.kernel import Kernel
from grader.sandbox.levels import Setting
from grader.sandbox.machine import prepared
from grader.sandbox.pace import Lane
from grader.sandbox.watchdog import free_memory
from grader.sandbox.zygote import Zygote
from grader.submissions.needs import Needs

__all__ = ["Sandbox", "open_sandbox"]

MEMORY_RESERVE = 1 << 30
"""Bytes that must be free before another kernel starts beside those that run."""
MEMORY_WAIT_S = 0.1


class Sandbox:
    """A place where kernels run, at most `jobs` at a time."""

    def __init__(
        self,
        setting: Setting,
        reason: str,
        jobs: int,
        shared: socket.socket | None = None,
        needs: Needs | None = None,
    ) -> None:
        """`shared` leads to a warm process that others use too; lost, it is replaced by an own."""
        self.isolation = setting.level
        self.reason = reason
        """Why it is this level and no higher one."""
        self._setting = setting
        self._slots = asyncio.Semaphore(jobs)
        self._entering = asyncio.Lock()
        self._starting = asyncio.Lock()
        self._lane = Lane()
        self._running = 0
        self._shared = shared
        self._needs = needs or Needs()
        self._zygote: Zygote | None = None

    @contextlib.asynccontextmanager
    async def kernel(self, limits: Limits, autograd: bool = True) -> AsyncIterator[Kernel]:
        """Give a fresh kernel; it is gone, with all it started, when the block ends.

        Without `autograd` nothing in it can differentiate (`grader.inside.unplug`). Raises
        InternalError when the sandbox is broken.
        """
        async with self._place():
            zygote = await self.zygote()
            kernel = Kernel(zygote, limits, self._setting, autograd, self._lane)
            try:
                await kernel.start_kernel()
                kernel.client().start_channels()
                yield kernel
            finally:
                await kernel.cleanup_resources()

    @contextlib.asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        """Wait for a free place, and, while others run, for memory to be free."""
        async with self._slots:
            async with self._entering:
                while free_memory() < MEMORY_RESERVE and await self._any_runs():
                    await asyncio.sleep(MEMORY_WAIT_S)
                self._running += 1
            try:
                yield
            finally:
                self._running -= 1

    async def _any_runs(self) -> bool:
        """Whether a kernel of this sandbox runs, or of those who share its warm process."""
        return bool(self._running) or await (await self.zygote()).running() > 0

    async def zygote(self) -> Zygote:
        """Return the warm process; a new one when there is none, or when it was lost."""
        async with self._starting:
            if self._zygote is None or self._zygote.lost:
                self.close()
                self._zygote = await self._next_zygote()
            return self._zygote

    async def _next_zygote(self) -> Zygote:
        zygote = Zygote(self._setting.zygote, self._setting.environment)
        if self._shared is not None:
            shared, self._shared = self._shared, None
            zygote.share(shared)
        else:
            await zygote.start(self._needs)
        return zygote

    def close(self) -> None:
        """End the warm process and every kernel."""
        if self._zygote is not None:
            self._zygote.close()
            self._zygote = None


@contextlib.asynccontextmanager
async def open_sandbox(
    wanted: Isolation | None,
    jobs: int,
    hidden: Sequence[Path] = (),
    needs: Needs | None = None,
) -> AsyncIterator[Sandbox]:
    """Open a sandbox of one's own; raises InternalError as `prepared` does."""
    with contextlib.ExitStack() as stack:
        site = await asyncio.to_thread(stack.enter_context, prepared(wanted, hidden))
        sandbox = Sandbox(site.setting, site.reason, jobs, needs=needs)
        try:
            await sandbox.zygote()
            yield sandbox
        finally:
            sandbox.close()
