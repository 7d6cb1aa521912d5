"""One kernel: what nbclient calls a kernel manager."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import time
import uuid
from functools import partial

from grader.model import Limits
from grader.sandbox.clock import waited_s
from grader.sandbox.connection import Connection, Origin
from grader.sandbox.levels import Setting
from grader.sandbox.pace import Lane
from grader.sandbox.watchdog import Watchdog, pid_of
from grader.sandbox.zygote import Exit, Zygote

__all__ = ["Kernel"]

WHERE_S = 0.3
"""Seconds in which a kernel whose time is up may say which line runs."""
SLACK_S = 5.0
"""CPU seconds beyond the wall limit: the clock outside decides, this one is a second line."""


class Kernel:
    """A fork of the zygote, from `start_kernel` to `cleanup_resources`."""

    ipykernel = True

    def __init__(
        self,
        zygote: Zygote,
        limits: Limits,
        setting: Setting,
        autograd: bool = True,
        lane: Lane | None = None,
    ) -> None:
        self.kernel_id = uuid.uuid4().hex
        self.exit: Exit | None = None
        self.start_s = 0.0
        self._zygote = zygote
        self._lane = lane or Lane()
        self._limits = limits
        self._autograd = autograd
        host = setting.host_scratch
        self._host_scratch = host / self.kernel_id if host else None
        # Where every kernel has mounts of its own, all scratches have the same name.
        self._scratch = str(self._host_scratch or setting.scratch)
        self._pidfd: int | None = None
        self._connection: Connection | None = None
        self._watchdog: Watchdog | None = None

    @property
    def lost(self) -> bool:
        """Whether the sandbox itself is gone: whatever happened is not the submission's fault."""
        return self._zygote.lost

    def why_not_started(self) -> str:
        """Return what the sandbox said last: a seal that could not be applied, for one."""
        return self._zygote.last_words()

    @property
    def has_kernel(self) -> bool:
        """Whether it was started and not cleaned up."""
        return self._pidfd is not None

    async def start_kernel(self, **ignored: object) -> None:
        """Fork it off; raises InternalError when the sandbox is gone."""
        began = time.perf_counter()
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._pidfd = await self._zygote.spawn(
                    self.kernel_id, self._request(), theirs.fileno()
                )
            except BaseException:
                ours.close()
                raise
        pid = pid_of(self._pidfd)
        self._connection = Connection(
            ours, self.kill, self._limits.output_mb, self._lane, partial(waited_s, pid)
        )
        self._watchdog = Watchdog(pid, self._limits, self._host_scratch, self._connection.stop)
        self.start_s = time.perf_counter() - began

    def _request(self) -> dict[str, object]:
        limits = self._limits
        bounds = {
            "memory_mb": limits.memory_mb,
            "processes": limits.processes,
            "cpu_s": limits.run_s + SLACK_S,
            "file_mb": limits.scratch_mb,
        }
        return {
            "scratch": self._scratch,
            "threads": limits.threads,
            "bounds": bounds,
            "autograd": self._autograd,
        }

    def client(self) -> Connection:
        """Return its connection."""
        assert self._connection is not None
        return self._connection

    def kill(self) -> None:
        """Kill it, whatever it is doing."""
        if self._pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    async def is_alive(self) -> bool:
        """Whether its connection still stands."""
        return self._connection is not None and self._connection.death is None

    async def interrupt_kernel(self) -> None:
        """Interrupt it, as Ctrl-C would."""
        if self._pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGINT)

    async def where(self) -> tuple[Origin, ...]:
        """Return which of the student's lines run now; it is of no further use afterwards."""
        if self._pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGUSR1)
        return await self.client().interrupted(WHERE_S)

    async def shutdown_kernel(self, now: bool = True) -> None:
        """End it."""
        await self.cleanup_resources()

    async def cleanup_resources(self) -> None:
        """Kill it, wait until it is gone, and remove what it left."""
        if self._watchdog is not None:
            await self._watchdog.stop()
        if self._connection is not None:
            self._connection.stop_channels()
        self.kill()
        if self._pidfd is not None:
            pidfd, self._pidfd = self._pidfd, None
            try:
                self.exit = await self._zygote.exited(self.kernel_id)
            finally:
                os.close(pidfd)
        if self._host_scratch is not None:
            shutil.rmtree(self._host_scratch, ignore_errors=True)
