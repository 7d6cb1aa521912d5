"""A kernel over one inherited socket: IPython's semantics, no zmq, no threads, no ports.

It is built once (`Kernel()`), attached to its socket in the process that will run student code
(`attach`), and then answers one request after another until the grader hangs up (`serve`).
Requests on `SHELL` are `file_request`, `setup_request`, `kernel_info_request` and
`execute_request`; a frame on `PROBE` is answered from the student's namespace.
"""

import base64
import builtins
import json
import os
import random
import signal
import socket
import sys
import tempfile
import types
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import numpy
import torch

from . import observe, printed, probes, recovery
from .devices import map_to_cpu
from .shell import build_shell
from .streams import Captured, Stream
from .wire import INTERRUPT, IOPUB, LINES, NONCE, PROBE, SHELL, Wire

__all__ = ["Kernel"]

BLOCK = 1 << 18
"""Characters of printed text in one message."""
FRAMES = 5_000
"""So many frames are looked at for the student's lines."""

_loads, _answer_frame, _getpid = json.loads, probes.answer_frame, os.getpid
_note, _run_cell = observe.note, recovery.run_cell
_LANGUAGE = {"name": "python", "version": sys.version.split()[0], "file_extension": ".py"}


def reset_seeds(seed: int) -> None:
    """Give every source of random numbers the same start for every submission."""
    random.seed(seed)
    numpy.random.seed(seed % (1 << 32))
    torch.default_generator.manual_seed(seed)


class Kernel:
    """Runs cells and answers probes; untrusted from the first cell on."""

    def __init__(self) -> None:
        self.wire = Wire()
        self.captured = Captured()
        self.shell = build_shell()
        self.shell.show = self._show
        self.parent = ""
        self.observe = False
        self.streams = (Stream("stdout", self._print, 1), Stream("stderr", self._print, 2))

    # ------------------------------------------------------------ in the student's process

    def attach(self, end: socket.socket, scratch: str) -> None:
        """Take over this process: socket, working directory, standard streams."""
        os.chdir(scratch)
        self.captured.start(scratch)
        self.wire.attach(end)
        sys.stdout, sys.stderr = self.streams
        sys.path.insert(0, "")
        # What tempfile remembers is the warm process's: its folder, and the names to come.
        tempfile.tempdir = None
        tempfile._name_sequence = None  # type: ignore[attr-defined]
        builtins.input = _no_input
        reset_seeds(0)
        signal.signal(signal.SIGUSR1, self._say_where)

    def serve(self) -> None:
        """Answer requests until the grader hangs up."""
        while (frame := self.wire.receive()) is not None:
            channel, body = frame
            if channel == PROBE:
                self._answer(body)
            else:
                message = _loads(body)
                self._handle(message["type"], message["id"], message["content"])

    def _handle(self, kind: str, parent: str, content: Mapping[str, Any]) -> None:
        self.parent = parent
        self._show("status", {"execution_state": "busy"})
        if kind == "execute_request":
            reply = self._execute(**content)
        elif kind == "setup_request":
            reply = self._setup(**content)
        elif kind == "file_request":
            reply = self._place(**content)
        else:
            reply = {"status": "ok", "protocol_version": "5.3", "language_info": _LANGUAGE}
        self._finish_output()
        # Idle before the reply: when the reply is in hand, nothing more of the cell is missing.
        self._show("status", {"execution_state": "idle"})
        self.wire.send(SHELL, kind.replace("_request", "_reply"), parent, reply)

    def _setup(
        self, module: str | None, file: str, source: str, seed: int, observe: bool, devices: bool
    ) -> dict[str, object]:
        """Get ready for a submission: a module gets its file and becomes importable."""
        reset_seeds(seed)
        if devices:
            map_to_cpu()
        self.observe = observe
        if module is not None:
            path = Path(file).absolute()
            path.write_text(source, encoding="utf-8")
            self.shell.compiler.sources[file] = source
            self.shell.become_module(module, str(path))
            sys.modules["__main__"] = types.ModuleType("__main__")
        return {"status": "ok"}

    def _place(self, name: str, content: str) -> dict[str, object]:
        """Put a file into the working directory, read-only; comes before any student code."""
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o444)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64decode(content))
        return {"status": "ok"}

    def _execute(
        self, code: str, silent: bool, store_history: bool, name: str, line: int
    ) -> dict[str, object]:
        shell = self.shell

        def run() -> None:
            _run_cell(shell, code, store_history, silent)

        shell.failure = None
        printed.begin()
        shell.compiler.place(name, line, code)
        self._show("execute_input", {"code": code, "execution_count": shell.execution_count})
        try:
            _note(run) if self.observe else run()
        except BaseException as error:  # what a hostile hook or a patched shell lets through
            shell.fail(error)
        reply = {"status": "ok"} if shell.failure is None else {"status": "error", **shell.failure}
        return {**reply, "execution_count": max(shell.execution_count - 1, 1)}

    def _answer(self, body: bytes) -> None:
        nonce, payload = body[:NONCE], body[NONCE:]
        # What a probed function prints is nobody's output.
        self.parent = ""
        answer = _answer_frame(payload, self.shell.user_ns)
        self._finish_output()
        self.wire.send_bytes(PROBE, nonce + answer)

    def _say_where(self, _: int, frame: FrameType | None) -> None:
        """Say which lines of the student's run, the innermost first; time is up when we are asked.

        Student code can prevent it. Then nothing is said, and nothing hangs on it.
        """
        own, lines = self.shell.compiler.own, list[list[object]]()
        for _ in range(FRAMES):
            if frame is None or len(lines) == LINES:
                break
            if frame.f_code.co_filename in own:
                lines.append([frame.f_code.co_filename, frame.f_lineno])
            frame = frame.f_back
        self.wire.send(SHELL, "interrupt_reply", INTERRUPT, {"lines": lines})

    # ------------------------------------------------------------ output

    def _show(self, kind: str, content: dict[str, object]) -> None:
        for stream in self.streams:
            stream.flush()
        self.wire.send(IOPUB, kind, self.parent, content)

    def _print(self, name: str, text: str) -> None:
        if name == "stdout":
            printed.add(text)
        if self.wire.attached:
            for start in range(0, len(text), BLOCK):
                piece = text[start : start + BLOCK]
                self.wire.send(IOPUB, "stream", self.parent, {"name": name, "text": piece})
        else:
            os.write(2 if name == "stderr" else 1, text.encode("utf-8", "replace"))

    def _finish_output(self) -> None:
        for stream in self.streams:
            stream.flush()
        if text := self.captured.drain():
            self._print("stdout", text)


def _no_input(prompt: object = "") -> str:
    raise EOFError("input() has nobody to ask when a notebook is graded")
