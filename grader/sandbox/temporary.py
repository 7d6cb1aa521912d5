"""Temporary folders that go away with their owner, even one that was killed.

The owner holds a lock on a file in its folder; the operating system lets go of it when the owner
ends, however it ends. So a folder whose lock nobody holds is garbage, and the next run removes it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from grader.errors import InternalError

__all__ = ["owned_folder", "sweep"]

_PREFIX = "grader-"
_LOCK = ".owner"


@contextlib.contextmanager
def owned_folder() -> Iterator[Path]:
    """Make a temporary folder for as long as the block runs; raises InternalError if none can be.

    What dead owners have left behind is removed first.
    """
    sweep()
    try:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as fault:
        raise InternalError(
            f"temporary folder {tempfile.gettempdir()}: {fault.strerror}: free some space there, "
            "or name another folder in TMPDIR"
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep() -> None:
    """Remove the folders of owners that live no more; never those of others."""
    with contextlib.suppress(OSError):
        for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            with contextlib.suppress(OSError):
                if folder.lstat().st_uid == os.geteuid():
                    _remove_if_dead(folder)


def _remove_if_dead(folder: Path) -> None:
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)
