"""Open a sandbox: choose a level of isolation, start the warm process, close it again."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from grader.errors import InternalError
from grader.model import Isolation, Limits
from grader.sandbox.kernel import Kernel
from grader.sandbox.layout import student_environment
from grader.sandbox.levels import Setting, choose, setting
from grader.sandbox.watchdog import free_memory
from grader.sandbox.zygote import Zygote

__all__ = ["Sandbox", "open_sandbox", "stage_inside"]

MEMORY_RESERVE = 1 << 30
"""Bytes that must be free before another kernel starts beside those that run."""
MEMORY_WAIT_S = 0.1


class Sandbox:
    """A place where kernels run, at most `jobs` at a time."""

    def __init__(self, setting: Setting, reason: str, jobs: int) -> None:
        self.isolation = setting.level
        self.reason = reason
        """Why it is this level and no higher one."""
        self._setting = setting
        self._slots = asyncio.Semaphore(jobs)
        self._starting = asyncio.Lock()
        self._running = 0
        self._zygote: Zygote | None = None

    @contextlib.asynccontextmanager
    async def kernel(self, limits: Limits) -> AsyncIterator[Kernel]:
        """Give a fresh kernel; it is gone, with all it started, when the block ends.

        Raises InternalError when the sandbox is broken.
        """
        async with self._place():
            kernel = Kernel(await self.zygote(), limits, self._setting)
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
            while self._running and free_memory() < MEMORY_RESERVE:
                await asyncio.sleep(MEMORY_WAIT_S)
            self._running += 1
            try:
                yield
            finally:
                self._running -= 1

    async def zygote(self) -> Zygote:
        """Return the warm process; a new one when there is none, or when it was lost."""
        async with self._starting:
            if self._zygote is None or self._zygote.lost:
                self.close()
                self._zygote = Zygote(self._setting.zygote, self._setting.environment)
                await self._zygote.start()
            return self._zygote

    def close(self) -> None:
        """End the warm process and every kernel."""
        if self._zygote is not None:
            self._zygote.close()
            self._zygote = None


@contextlib.asynccontextmanager
async def open_sandbox(
    wanted: Isolation | None, jobs: int, hidden: Sequence[Path] = ()
) -> AsyncIterator[Sandbox]:
    """Open the best sandbox this machine offers, or exactly the level that is wanted.

    `hidden` are folders to keep out of it beside those that are never in it. Raises
    InternalError when the wanted level cannot be had: a seal is never silently weaker.
    """
    if sys.platform != "linux":
        raise InternalError(
            f"student code cannot be walled off on {sys.platform}: that takes Linux (namespaces, "
            "Landlock, seccomp); grade in a Linux virtual machine or container"
        )
    with tempfile.TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True) as folder:
        stage = Path(folder)
        stage_inside(stage)
        layout = student_environment(hidden)
        settings = [setting(level, stage, layout) for level in Isolation]
        chosen, reason = await asyncio.to_thread(choose, wanted, settings)
        if chosen is None:
            raise InternalError(reason)
        sandbox = Sandbox(chosen, reason, jobs)
        try:
            await sandbox.zygote()
            yield sandbox
        finally:
            sandbox.close()


def stage_inside(stage: Path) -> None:
    """Copy what enters the sandbox: nobody edits it during a run, and nothing lies beside it."""
    stage.chmod(0o755)
    package = Path(__file__).parents[1] / "inside"
    shutil.copytree(package, stage / "inside", ignore=shutil.ignore_patterns("__pycache__"))
    (stage / "inside").chmod(0o755)
