"""Copy one student's folder, whatever is in it: bounded, waiting for nothing, following nothing.

Only what a submission can consist of is copied. What cannot be graded gets a stand-in of the same
kind, so that whoever reads the copy gives the same reason as for the original: a pipe for what is
no file, a file of the same size without content for one that is too large.
"""

from __future__ import annotations

import os
import stat
from itertools import islice
from pathlib import Path

from grader.submissions.reading import MAX_BYTES

__all__ = ["MAX_ENTRIES", "copy_handed_in"]

MAX_ENTRIES = 1_000
"""Entries of one folder that are looked at; more than that is told, not read."""
_DEPTH = 2
"""A student's folder, and the folder of an exercise in it."""
_ALL_ENTRIES = 10 * MAX_ENTRIES
_ALL_BYTES = 20 * MAX_BYTES


def copy_handed_in(folder: Path, to: Path) -> None:
    """Copy `folder` to the new folder `to`, which may lie inside it; raises OSError for `to`."""
    _Copy(to).folder(folder, to, _DEPTH)


class _Copy:
    """What one copy may still take."""

    def __init__(self, to: Path) -> None:
        self._own = {to.absolute(), *to.absolute().parents}
        self._entries = _ALL_ENTRIES
        self._bytes = _ALL_BYTES

    def folder(self, folder: Path, to: Path, depth: int) -> None:
        """Copy a folder and what lies in it, one entry more than is read: the reader notices."""
        to.mkdir(parents=True)
        try:
            with os.scandir(folder) as entries:
                paths = [Path(entry.path) for entry in islice(entries, MAX_ENTRIES + 1)]
        except OSError:
            return
        for path in paths:
            if path.absolute() not in self._own and self._entries:
                self._entries -= 1
                self._entry(path, to / path.name, depth)

    def _entry(self, path: Path, to: Path, depth: int) -> None:
        try:
            about = path.lstat()
        except OSError:
            return
        if stat.S_ISLNK(about.st_mode):
            to.symlink_to(path.absolute())
            return
        if stat.S_ISDIR(about.st_mode):
            self.folder(path, to, depth - 1) if depth > 1 else to.mkdir()
        elif stat.S_ISREG(about.st_mode):
            self._file(path, to, about.st_size)
        else:
            os.mkfifo(to)
        os.utime(to, ns=(about.st_atime_ns, about.st_mtime_ns))

    def _file(self, path: Path, to: Path, size: int) -> None:
        to.touch()
        if size > min(MAX_BYTES, self._bytes):
            _seem_large(to, max(size, MAX_BYTES + 1))
            return
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            to.chmod(0)
            return
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
            # It may have grown or been exchanged; one byte too many is noticed by the reader.
            content = file.read(MAX_BYTES + 1)
        self._bytes -= len(content)
        to.write_bytes(content)


def _seem_large(path: Path, size: int) -> None:
    try:
        os.truncate(path, size)
    except OSError:
        os.truncate(path, MAX_BYTES + 1)
