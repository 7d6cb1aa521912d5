"""Keep what cells print, for answers that are printed and not kept in a variable."""

import contextlib
import io
import sys
from collections.abc import Iterator

__all__ = ["MOST", "add", "asked", "begin", "forget", "noting", "text"]

MOST = 100_000
"""Characters that are kept, the first ones."""
_kept: list[str] = []
_room = MOST
_asked: list[bool] = []


def begin() -> None:
    """Forget what was printed before somebody asked: it belongs to earlier cells."""
    if _asked:
        forget()


def forget() -> None:
    """Forget everything: another work begins."""
    global _room
    _kept.clear()
    _asked.clear()
    _room = MOST


def add(more: str) -> None:
    """Keep what a cell prints."""
    global _room
    if _room > 0:
        _kept.append(more[:_room])
        _room -= len(more)


def text() -> str:
    """Return what the cells have printed since the ones that were last asked for."""
    return "".join(_kept)


def asked() -> None:
    """Note that the cells so far have been asked for."""
    _asked.append(True)


class _Both(io.TextIOBase):
    """Writes to a stream and keeps what is written."""

    def __init__(self, stream: object) -> None:
        self._stream = stream

    def write(self, more: str, /) -> int:
        """Write and keep."""
        add(more)
        written: int = self._stream.write(more)  # type: ignore[attr-defined]
        return written

    def flush(self) -> None:
        """Flush the stream."""
        self._stream.flush()  # type: ignore[attr-defined]


@contextlib.contextmanager
def noting() -> Iterator[None]:
    """Keep what is printed meanwhile; it is shown as well."""
    begin()
    with contextlib.redirect_stdout(_Both(sys.stdout)):
        yield
