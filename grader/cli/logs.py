"""Say less or more while a command works, and keep what is said in a file."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from grader.errors import UsageError

__all__ = ["is_quiet", "logging_to"]

_QUIET: ContextVar[bool] = ContextVar("quiet", default=False)
_FILE_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _OnStandardError(logging.Handler):
    """Writes to whatever standard error is at the time."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record as a line."""
        print(self.format(record), file=sys.stderr)


def is_quiet() -> bool:
    """Whether only faults are to be told."""
    return _QUIET.get()


@contextmanager
def logging_to(quiet: bool, verbose: bool, log_file: Path | None) -> Iterator[None]:
    """Let the grader's own log go to standard error, and all of it into `log_file`.

    Raises UsageError where the file cannot be written.
    """
    if quiet and verbose:
        raise UsageError("--quiet and --verbose are opposites; leave one out")
    shown: Any = logging.ERROR if quiet else logging.DEBUG if verbose else logging.WARNING
    log = logging.getLogger("grader")
    handlers: list[logging.Handler] = [_handler(_OnStandardError(), shown, "%(message)s")]
    if log_file is not None:
        handlers.append(_handler(_opened(log_file), logging.DEBUG, _FILE_FORMAT))
    before, token = log.level, _QUIET.set(quiet)
    log.setLevel(min(handler.level for handler in handlers))
    for handler in handlers:
        log.addHandler(handler)
    try:
        yield
    finally:
        _QUIET.reset(token)
        log.setLevel(before)
        for handler in handlers:
            log.removeHandler(handler)
            handler.close()


def _opened(path: Path) -> logging.Handler:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return logging.FileHandler(path, encoding="utf-8")
    except OSError as fault:
        raise UsageError(f"--log-file {path}: cannot be written: {fault.strerror}") from None


def _handler(handler: logging.Handler, level: int, form: str) -> logging.Handler:
    handler.setLevel(level)
    handler.setFormatter(logging.Formatter(form))
    return handler
