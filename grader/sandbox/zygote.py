"""The grader's handle of the warm process that kernels are forked from."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from grader.errors import InternalError
from grader.sandbox.launching import START_S, STOP_S, last_words, launch, warm_request
from grader.submissions.needs import Needs

__all__ = ["Exit", "Zygote"]


@dataclass(frozen=True)
class Exit:
    """The end of a kernel, as its parent saw it: exit code (minus the signal), seconds, MiB."""

    status: int
    cpu_s: float
    max_rss_mb: float


class Zygote:
    """One warm process; `start` it, `spawn` kernels from it, `close` it."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._command = list(command)
        self._environment = dict(environment)
        self._spawned: dict[str, asyncio.Future[int]] = {}
        self._exits: dict[str, asyncio.Future[Exit]] = {}
        self._ready: asyncio.Future[dict[str, Any]]
        self._counted: asyncio.Future[int] | None = None
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None
        self.lost = False

    async def start(self, needs: Needs) -> dict[str, Any]:
        """Start the process and wait until it is warm; raises InternalError with its last words."""
        self._process, control, self._log = launch(self._command, self._environment)
        self._listen(control)
        self.warm(needs)
        try:
            return await asyncio.wait_for(self._ready, START_S)
        except TimeoutError:
            raise InternalError(f"the sandbox was not ready after {START_S:g} s") from None

    def share(self, control: socket.socket) -> None:
        """Use a process that somebody else has started, through a socket of one's own."""
        self._listen(control)

    def warm(self, needs: Needs) -> None:
        """Say what submissions need."""
        assert self._control is not None
        with contextlib.suppress(OSError):  # ended: the next request will see
            self._control.send(warm_request(needs))

    def _listen(self, control: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        self._ready = self._loop.create_future()
        self._control = control
        control.setblocking(False)
        self._loop.add_reader(control, self._readable)

    async def running(self) -> int:
        """Return how many kernels run, those of others who share the process included."""
        if self.lost or self._control is None:
            return 0
        if self._counted is None or self._counted.done():
            self._counted = self._loop.create_future()
            try:
                self._control.send(b'{"op": "count"}')
            except OSError:
                return 0
        return await asyncio.shield(self._counted)

    async def spawn(self, name: str, request: Mapping[str, object], kernel_end: int) -> int:
        """Fork a kernel that serves the socket `kernel_end`; return its pidfd."""
        if self.lost:
            raise InternalError(f"the sandbox ended: {self.last_words()}")
        self._spawned[name] = self._loop.create_future()
        self._exits[name] = self._loop.create_future()
        body = json.dumps({"id": name, **request}).encode()
        assert self._control is not None
        try:
            socket.send_fds(self._control, [body], [kernel_end])
        except OSError as error:
            raise InternalError(f"the sandbox does not answer: {error}") from None
        try:
            return await self._spawned[name]
        finally:
            del self._spawned[name]

    async def exited(self, name: str) -> Exit:
        """Wait for the end of a kernel."""
        try:
            return await asyncio.shield(self._exits[name])
        finally:
            if self._exits[name].done():
                del self._exits[name]

    def close(self) -> None:
        """Hang up; the process ends itself and every kernel."""
        if self._control is None:
            return
        self._lose()
        self._control.close()
        self._control = None
        if self._process is None:
            return
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._log is not None:
            self._log.close()
        self._process = None

    def _readable(self) -> None:
        assert self._control is not None
        while True:
            try:
                body, descriptors, _, _ = socket.recv_fds(self._control, 1 << 16, 4)
            except BlockingIOError:
                return None
            except OSError:
                body, descriptors = b"", []
            if not body:
                return self._lose()
            self._take(json.loads(body), descriptors)

    def _take(self, event: dict[str, Any], descriptors: list[int]) -> None:
        kind = event.pop("op")
        if kind == "ready":
            self._ready.set_result(event)
        elif kind == "spawned":
            spawned = self._spawned.get(event["id"])
            if spawned is not None and not spawned.done():
                spawned.set_result(descriptors.pop())
        elif kind == "count":
            if self._counted is not None and not self._counted.done():
                self._counted.set_result(event["running"])
        elif kind == "exit":
            self._exits[event.pop("id")].set_result(Exit(**event))
        for unclaimed in descriptors:
            os.close(unclaimed)

    def _lose(self) -> None:
        """Let nobody wait for a process that is gone; its kernels are gone with it."""
        if self.lost:
            return
        self.lost = True
        assert self._control is not None
        self._loop.remove_reader(self._control)
        if self._counted is not None and not self._counted.done():
            self._counted.set_result(0)
        waiting: list[asyncio.Future[Any]] = [*self._spawned.values()]
        if self._process is not None:  # else nobody waits for it to be ready
            waiting.append(self._ready)
        for future in waiting:
            if not future.done():
                future.set_exception(InternalError(f"the sandbox ended: {self.last_words()}"))
        for exit_ in self._exits.values():
            if not exit_.done():
                exit_.set_result(Exit(-9, 0.0, 0.0))

    def last_words(self) -> str:
        """Return the end of what the process has written, for a message to the instructor."""
        return "somebody else started it" if self._log is None else last_words(self._log)
