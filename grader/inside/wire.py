"""The frames between the grader and a kernel: length, channel, body, over one socketpair.

A body on `IOPUB` and `SHELL` is one JSON object `{"type", "parent", "content"}`; a body on
`PROBE` is a nonce of 16 bytes and a payload.
"""

import json
import os
import socket
import struct
import threading
from collections.abc import Mapping

__all__ = ["HEADER", "INTERRUPT", "IOPUB", "LINES", "NONCE", "PROBE", "SHELL", "Wire", "pack"]

IOPUB, SHELL, PROBE = 1, 2, 3
HEADER = struct.Struct(">IB")
NONCE = 16
INTERRUPT = "interrupt"
"""What the reply to SIGUSR1 names as its request, which has no message of its own."""
LINES = 20
"""So many lines of code it names at most."""

# Bound before student code can replace them.
_dumps, _loads, _recv, _sendall = json.dumps, json.loads, socket.socket.recv, socket.socket.sendall


def pack(channel: int, body: bytes) -> bytes:
    """Return one frame."""
    return HEADER.pack(len(body), channel) + body


class Wire:
    """The kernel's end: blocking, one frame at a time, safe for the student's threads."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._lock = threading.RLock()
        os.register_at_fork(after_in_child=self.detach)

    def attach(self, end: socket.socket) -> None:
        """Speak over `end` from now on."""
        self._socket = end

    def detach(self) -> None:
        """Let go of the socket: a process that the student forked is not the kernel."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
            self._lock = threading.RLock()

    @property
    def attached(self) -> bool:
        """Whether anybody is listening."""
        return self._socket is not None

    def send(self, channel: int, kind: str, parent: str, content: Mapping[str, object]) -> None:
        """Send one message; what JSON or UTF-8 cannot say becomes a question mark."""
        message = {"type": kind, "parent": parent, "content": content}
        text = _dumps(message, ensure_ascii=False, allow_nan=False)
        self.send_bytes(channel, text.encode("utf-8", "replace"))

    def send_bytes(self, channel: int, body: bytes) -> None:
        """Send one frame; it is dropped when nobody is listening."""
        with self._lock:
            if self._socket is not None:
                _sendall(self._socket, pack(channel, body))

    def receive(self) -> tuple[int, bytes] | None:
        """Return channel and body of the next frame; None when the grader hung up."""
        head = self._exactly(HEADER.size)
        if head is None:
            return None
        length, channel = HEADER.unpack(head)
        body = self._exactly(length)
        return None if body is None else (channel, body)

    def _exactly(self, count: int) -> bytes | None:
        parts = []
        while count:
            assert self._socket is not None
            part = _recv(self._socket, min(count, 1 << 18))
            if not part:
                return None
            parts.append(part)
            count -= len(part)
        return b"".join(parts)
