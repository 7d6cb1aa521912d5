"""Open a sandbox: choose a level of isolation, start the warm process, close it again."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import InternalError
from grader.model import Isolation, Limits
from grader.sandbox.kernel import Kernel
from grader.sandbox.layout import student_environment
from grader.sandbox.levels import Setting, choose, setting
from grader.sandbox.pace import Lane
from grader.sandbox.temporary import owned_folder
from grader.sandbox.watchdog import free_memory
from grader.sandbox.zygote import Zygote

__all__ = ["Sandbox", "Site", "open_sandbox", "prepared", "stage_inside"]

MEMORY_RESERVE = 1 << 30
"""Bytes that must be free before another kernel starts beside those that run."""
MEMORY_WAIT_S = 0.1


class Sandbox:
    """A place where kernels run, at most `jobs` at a time."""

    def __init__(
        self, setting: Setting, reason: str, jobs: int, shared: socket.socket | None = None
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
            await zygote.start()
        return zygote

    def close(self) -> None:
        """End the warm process and every kernel."""
        if self._zygote is not None:
            self._zygote.close()
            self._zygote = None


@dataclass(frozen=True)
class Site:
    """What is decided once a machine: the level of isolation, and where its files lie."""

    setting: Setting
    reason: str
    """Why it is this level and no higher one."""


@contextlib.contextmanager
def prepared(wanted: Isolation | None, hidden: Sequence[Path] = ()) -> Iterator[Site]:
    """Choose the best level that this machine offers, or exactly the one that is wanted.

    `hidden` are folders to keep out of it beside those that are never in it. Raises
    InternalError when the wanted level cannot be had: a seal is never silently weaker.
    """
    if sys.platform != "linux":
        raise InternalError(
            f"student code cannot be isolated on {sys.platform}: that takes Linux (namespaces, "
            "Landlock, seccomp); grade in a Linux virtual machine or container"
        )
    with owned_folder() as stage:
        try:
            stage_inside(stage)
            settings = [setting(level, stage, student_environment(hidden)) for level in Isolation]
        except OSError as fault:
            raise InternalError(
                f"temporary folder {stage.parent}: {fault.strerror or fault}: free some space "
                "there, or name another folder in TMPDIR"
            ) from None
        chosen, reason = choose(wanted, settings)
        if chosen is None:
            raise InternalError(reason)
        yield Site(chosen, reason)


@contextlib.asynccontextmanager
async def open_sandbox(
    wanted: Isolation | None, jobs: int, hidden: Sequence[Path] = ()
) -> AsyncIterator[Sandbox]:
    """Open a sandbox of one's own; raises InternalError as `prepared` does."""
    with contextlib.ExitStack() as stack:
        site = await asyncio.to_thread(stack.enter_context, prepared(wanted, hidden))
        sandbox = Sandbox(site.setting, site.reason, jobs)
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
