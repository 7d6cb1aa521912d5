"""Start a warm process, before much else is imported, and share it among those who use it."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import IO

from grader.errors import InternalError
from grader.submissions.needs import Needs

__all__ = ["START_S", "STOP_S", "SharedZygote", "last_words", "launch", "warm_request"]

START_S = 120.0
STOP_S = 10.0


def launch(
    command: Sequence[str], environment: Mapping[str, str]
) -> tuple[subprocess.Popen[bytes], socket.socket, IO[bytes]]:
    """Start a warm process; returns it, our end of its control socket, and what it writes."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    log = tempfile.TemporaryFile()  # noqa: SIM115  closed by the caller
    with theirs:
        process = subprocess.Popen(
            [*command, str(theirs.fileno())],
            env=dict(environment),
            cwd="/",  # not where somebody stands: matplotlib, for one, reads its settings there
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    return process, ours, log


def last_words(log: IO[bytes]) -> str:
    """Return the end of what a warm process has written."""
    log.seek(0)
    return log.read(1 << 16).decode("utf-8", "replace").strip()[-2000:] or "it said nothing"


def warm_request(needs: Needs) -> bytes:
    """Return the request that says what to warm up for."""
    return json.dumps({"op": "warm", **asdict(needs)}).encode()


class SharedZygote:
    """The owner's handle of a warm process whose kernels others start."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process, self._control, self._log = launch(command, environment)

    def attach(self) -> socket.socket:
        """Return a new socket for somebody who starts kernels; hung up, their kernels end."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, contextlib.suppress(OSError):  # ended: whoever holds `ours` will see
            socket.send_fds(self._control, [b'{"op": "attach"}'], [theirs.fileno()])
        return ours

    def warm(self, needs: Needs) -> None:
        """Say what submissions need."""
        with contextlib.suppress(OSError):
            self._control.send(warm_request(needs))

    def wait_until_ready(self) -> None:
        """Wait until it is warm; raises InternalError with its last words."""
        self._control.settimeout(START_S)
        try:
            ready = self._control.recv(1 << 16)
        except TimeoutError:
            raise InternalError(f"the sandbox was not ready after {START_S:g} s") from None
        except OSError:
            ready = b""
        if not ready:
            raise InternalError(f"the sandbox ended: {last_words(self._log)}")

    def close(self) -> None:
        """Hang up; the process ends itself and every kernel."""
        self._control.close()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
