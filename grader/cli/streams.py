"""Let work go on when standard output or error cannot be written any more, and say text as text.

The reader may be gone (`| head`), or its disk full. What is kept elsewhere is not lost by that;
whoever asked for the output itself is told. What students wrote may stand in any line, so no
control character of it reaches the terminal: only `styled` lets colours through.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO, cast

from grader.unseen import escaped

__all__ = ["Unread", "unread_allowed"]


class Unread:
    """A stream that swallows what is written once writing has failed."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.fault: OSError | None = None

    def write(self, text: str) -> int:
        """Write as long as that works, with control characters as escapes."""
        self.write_styled(escaped(text))
        return len(text)

    def write_styled(self, text: str) -> int:
        """Write what has been made for a terminal."""
        with self._heeded():
            self._stream.write(text)
        return len(text)

    @property
    def styled(self) -> _Styled:
        """The same stream for those who clean what they write themselves."""
        return _Styled(self)

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


class _Styled:
    """Lets colours through."""

    def __init__(self, stream: Unread) -> None:
        self.write = stream.write_styled
        self._stream = stream

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
