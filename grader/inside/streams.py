"""Where printed text goes: buffered frames for Python, a drained file for everybody else."""

import io
import os
import threading
import time
from collections.abc import Callable, Iterable

__all__ = ["Captured", "Stream"]

FLUSH_CHARACTERS = 1 << 16
FLUSH_SECONDS = 0.2


class Stream(io.TextIOBase):
    """A `sys.stdout` or `sys.stderr` that sends what is written to it, in blocks."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, name: str, send: Callable[[str, str], None], descriptor: int) -> None:
        self.name = name
        self._send = send
        self._descriptor = descriptor
        self._parts: list[str] = []
        self._size = 0
        self._flushed = 0.0
        self._lock = threading.RLock()
        os.register_at_fork(after_in_child=self._divert)

    def _divert(self) -> None:
        """In a process that the student forked, text goes to the descriptor that is captured."""
        self._lock = threading.RLock()
        self._parts.clear()

    def write(self, text: str) -> int:
        """Take in text; it is sent when a block is full, when it is old, or at the end."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        with self._lock:
            self._parts.append(text)
            self._size += len(text)
            if self._size > FLUSH_CHARACTERS or time.monotonic() - self._flushed > FLUSH_SECONDS:
                self.flush()
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:  # type: ignore[override]
        """Take in many texts."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Send what has been taken in."""
        with self._lock:
            text = "".join(self._parts)
            self._parts.clear()
            self._size, self._flushed = 0, time.monotonic()
            if text:
                self._send(self.name, text)

    def writable(self) -> bool:
        """Return True, as for every standard stream."""
        return True

    def isatty(self) -> bool:
        """Return False: nobody is watching."""
        return False

    def fileno(self) -> int:
        """Return the descriptor that subprocesses may write to."""
        return self._descriptor


class Captured:
    """What C code and subprocesses write to descriptors 1 and 2, by way of an unnamed file."""

    def __init__(self) -> None:
        self._file = -1

    def start(self, directory: str) -> None:
        """Point descriptors 1 and 2 at a file in `directory` that has no name."""
        path = os.path.join(directory, ".captured")
        flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_APPEND | os.O_CLOEXEC
        self._file = os.open(path, flags, 0o600)
        os.unlink(path)
        os.dup2(self._file, 1)
        os.dup2(self._file, 2)

    def drain(self, limit: int = 1 << 20) -> str:
        """Return what was written since the last time, its first `limit` bytes, and forget it."""
        try:
            size = os.fstat(self._file).st_size
            if not size:
                return ""
            text = os.pread(self._file, min(size, limit), 0)
            os.ftruncate(self._file, 0)
        except OSError:
            return ""
        return text.decode("utf-8", "replace")
