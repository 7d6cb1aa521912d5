"""Let work go on when standard output or error cannot be written any more.

The reader may be gone (`| head`), or its disk full. What is kept elsewhere is not lost by that;
whoever asked for the output itself is told.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO, cast

__all__ = ["Unread", "unread_allowed"]


class Unread:
    """A stream that swallows what is written once writing has failed."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.fault: OSError | None = None

    def write(self, text: str) -> int:
        """Write as long as that works."""
        with self._heeded():
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush as long as that works."""
        with self._heeded():
            self._stream.flush()

    @contextlib.contextmanager
    def _heeded(self) -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            self.fault = self.fault or fault
            # What is still in buffers goes nowhere, so that leaving does not fail either.
            with contextlib.suppress(OSError, ValueError), open(os.devnull, "w") as nothing:  # noqa: PTH123
                os.dup2(nothing.fileno(), self._stream.fileno())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextlib.contextmanager
def unread_allowed() -> Iterator[Unread]:
    """Put such streams in the place of both; gives the one for standard output."""
    before = sys.stdout, sys.stderr
    out, err = Unread(before[0]), Unread(before[1])
    sys.stdout, sys.stderr = cast(TextIO, out), cast(TextIO, err)
    try:
        yield out
    finally:
        for stream in (out, err):
            stream.flush()
        sys.stdout, sys.stderr = before
