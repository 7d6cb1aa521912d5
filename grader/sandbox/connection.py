"""The grader's end of a kernel's socket: what nbclient calls a kernel client."""

from __future__ import annotations

import asyncio
import json
import queue
import secrets
import socket
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nbclient.exceptions import DeadKernelError

from grader.inside.wire import HEADER, INTERRUPT, IOPUB, NONCE, PROBE, SHELL, pack
from grader.sandbox.allowance import LARGEST, Allowance
from grader.sandbox.channel import Channel
from grader.sandbox.messages import Malformed, read_message
from grader.sandbox.pace import FRAMES, TURN_S, Lane, Pace

__all__ = ["Connection", "Origin", "Refused"]

MESSAGE_COST = 1 << 10
"""Bytes charged for each message beside its own: many tiny ones cost the grader time."""
FRAME_MAX = 16 << 20
CHUNK = 1 << 18


class Refused(Exception):
    """The reply to a probe is not what an honest kernel sends."""


@dataclass(frozen=True)
class Origin:
    """Where a cell comes from: `cell 3`, or a file name and the line it starts on."""

    name: str
    line: int = 1


class Connection:
    """Speaks with one kernel; everything that arrives is bounded and checked first.

    `death` says why there is no kernel any more: it ended by itself, or why it was killed.
    """

    allow_stdin = False

    def __init__(
        self,
        end: socket.socket,
        kill: Callable[[], None],
        output_mb: int,
        lane: Lane,
        waited: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.death: str | None = None
        self.allowance = Allowance()
        self.origin = Origin("cell 1")
        self.output_limit = output_mb << 20
        self._end = end
        self._kill = kill
        self.waited = waited
        self._buffer = bytearray()
        self._outgoing = bytearray()
        self._output = 0
        self._to_skip = 0
        self._asking = False
        self._requests: set[str] = set()
        self._pace = Pace(lane)
        self._resting: asyncio.TimerHandle | None = None

    # ------------------------------------------------------------ what nbclient calls

    def start_channels(self) -> None:
        """Listen to the kernel."""
        self._end.setblocking(False)
        self._loop = asyncio.get_running_loop()
        self.shell_channel = Channel(waited=self.waited)
        self.probe_channel = Channel(waited=self.waited)
        # nbclient forgets the task that reads output when a cell takes too long: it cancels itself.
        self.iopub_channel = Channel(asyncio.CancelledError, self._pace.use)
        self._loop.add_reader(self._end, self._readable)
        self._pace.enter()

    def stop_channels(self) -> None:
        """Hang up."""
        if self._end.fileno() != -1:
            self._die("stopped")
            self._end.close()

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return at once: requests wait in the socket until the kernel reads them."""

    async def is_alive(self) -> bool:
        """Whether the kernel is still there."""
        return self.death is None

    def kernel_info(self) -> str:
        """Ask the kernel about itself; return the id of the request."""
        return self.request("kernel_info_request", {})

    def execute(
        self, code: str, silent: bool = False, store_history: bool = True, **ignored: object
    ) -> str:
        """Run a cell that comes from `origin`; return the id of the request."""
        content = {
            "code": code,
            "silent": silent,
            "store_history": store_history,
            "name": self.origin.name,
            "line": self.origin.line,
        }
        return self.request("execute_request", content)

    # ------------------------------------------------------------ what the grader calls

    def request(self, kind: str, content: dict[str, object]) -> str:
        """Send a request on the shell channel; return its id."""
        name = uuid.uuid4().hex
        body = json.dumps({"type": kind, "id": name, "content": content}).encode()
        self._requests.add(name)
        self._send(pack(SHELL, body))
        return name

    async def reply(self, request: str, timeout: float) -> dict[str, Any]:
        """Return the content of the reply to a request; raises queue.Empty, DeadKernelError."""
        while True:
            message = await self.shell_channel.get_msg(timeout)
            if message["parent_header"]["msg_id"] == request:
                content: dict[str, Any] = message["content"]
                return content

    async def ask(self, payload: bytes, timeout: float) -> bytes:
        """Return the payload of the reply to a probe.

        Raises Refused, queue.Empty after `timeout` seconds, DeadKernelError.
        """
        nonce = secrets.token_bytes(NONCE)
        self._asking = True
        try:
            self._send(pack(PROBE, nonce + payload))
            answer: bytes = await self.probe_channel.get_msg(timeout)
        except DeadKernelError:
            if self.death is not None and self.death.startswith("protocol"):
                raise Refused(self.death) from None
            raise
        finally:
            self._asking = False
        if not secrets.compare_digest(answer[:NONCE], nonce):
            raise Refused("the reply belongs to no question")
        return answer[NONCE:]

    async def interrupted(self, timeout: float) -> tuple[Origin, ...]:
        """Return which of the student's lines ran when an interrupt came, the innermost first.

        Nothing where the kernel does not say it within `timeout` seconds.
        """
        self._requests.add(INTERRUPT)
        try:
            content = await self.reply(INTERRUPT, timeout)
        except (queue.Empty, DeadKernelError):
            return ()
        return tuple(Origin(name, line) for name, line in content["lines"])

    # ------------------------------------------------------------ the socket

    def _send(self, frame: bytes) -> None:
        """Send without ever blocking: a kernel that does not read must not stop the grader."""
        if self.death is None:
            if not self._outgoing:
                self._loop.add_writer(self._end, self._writable)
            self._outgoing += frame
            self._writable()

    def _writable(self) -> None:
        try:
            sent = self._end.send(self._outgoing[: CHUNK * 4])
        except BlockingIOError:
            return
        except OSError:
            # Dead; reading says so too, after what it still had to say.
            self._outgoing.clear()
        else:
            del self._outgoing[:sent]
        if not self._outgoing:
            self._loop.remove_writer(self._end)

    def _readable(self) -> None:
        try:
            part = self._end.recv(CHUNK)
        except BlockingIOError:
            return None
        except OSError:  # reset: it died with something unread
            return self._die("the kernel died")
        if not part:
            return self._die("the kernel died")
        self._buffer += part
        return self._turn()

    def _turn(self) -> None:
        """Take frames for a short while; the rest when others had their turn."""
        began, taken, more = time.perf_counter(), 0, True
        try:
            while taken < FRAMES and time.perf_counter() - began < TURN_S:
                more = self.death is None and self._take_frame()
                if not more:
                    break
                taken += 1
        except Malformed as error:
            self.stop(f"protocol: {error}")
        self._pace.use(time.perf_counter() - began)
        if self.death is None and (more or taken):
            rest = self._pace.rest()
            if more or rest:
                self._loop.remove_reader(self._end)
                self._resting = self._loop.call_later(rest, self._go_on)

    def _go_on(self) -> None:
        """Listen again, to what has come already first."""
        self._loop.add_reader(self._end, self._readable)
        self._turn()

    def _take_frame(self) -> bool:
        """Take one whole frame out of the buffer; False when there is none yet."""
        if self._to_skip:
            self._skip()
        if self._to_skip or len(self._buffer) < HEADER.size:
            return False
        length, channel = HEADER.unpack_from(self._buffer)
        if length > FRAME_MAX:
            raise Malformed(f"a message of {length >> 20} MB; the limit is {FRAME_MAX >> 20} MB")
        if channel == PROBE and not self._asking:
            raise Malformed("a reply without a question")
        if channel not in (IOPUB, SHELL, PROBE):
            raise Malformed(f"no channel {channel}")
        end = HEADER.size + length
        if channel != PROBE and self._charge(length):
            return False
        if channel == IOPUB and length > LARGEST:
            self._output += length + MESSAGE_COST
            self.allowance.dropped += 1
            self._to_skip = end
            return True
        if len(self._buffer) < end:
            return False
        body = bytes(self._buffer[HEADER.size : end])
        del self._buffer[:end]
        self._deliver(channel, body)
        return True

    def _skip(self) -> None:
        """Throw away what has come of an output that is too large."""
        thrown = min(self._to_skip, len(self._buffer))
        del self._buffer[:thrown]
        self._to_skip -= thrown

    def _charge(self, length: int) -> bool:
        """Kill the kernel when all its output so far, with this message, is too much."""
        if self._output + length + MESSAGE_COST <= self.output_limit:
            return False
        self.stop(f"more than {self.output_limit >> 20} MB of output")
        return True

    def _deliver(self, channel: int, body: bytes) -> None:
        if channel == PROBE:
            self._asking = False
            self.probe_channel.put(body)
            return
        self._output += len(body) + MESSAGE_COST
        message = read_message(channel, body)
        if channel == SHELL:
            self._answered(message["parent_header"]["msg_id"])
            self.shell_channel.put(message)
        elif self.allowance.admits(message):
            self.iopub_channel.put(message)

    def _answered(self, request: str) -> None:
        """Every request has one reply: more of them would keep whoever waits for one busy."""
        if request not in self._requests:
            raise Malformed("a reply without a question")
        self._requests.remove(request)

    def stop(self, why: str) -> None:
        """Kill the kernel for a reason."""
        self._kill()
        self._die(why)

    def _die(self, why: str) -> None:
        if self.death is None:
            self.death = why
            self._pace.leave()
            if self._resting is not None:
                self._resting.cancel()
            self._loop.remove_reader(self._end)
            self._loop.remove_writer(self._end)
            for channel in (self.shell_channel, self.iopub_channel, self.probe_channel):
                channel.close()
