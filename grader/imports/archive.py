"""Read the files of a zip or folder within bounds; no name in it ever becomes a path.

A member's path is only looked at, never joined to a folder of ours, so there is nothing to slip
out of; sizes are those of the bytes that were really read, never those that a header claims.
"""

from __future__ import annotations

import lzma
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from grader.errors import UsageError
from grader.submissions.handedin import MAX_BYTES, shown

__all__ = ["Entry", "read_entries"]

MOST_ENTRIES = 50_000
MOST_TOTAL = 4 << 30
_SUFFIXES = (".ipynb", ".py", ".yml", ".yaml", ".txt")
_BLOCK = 1 << 20
# What zipfile and its decompressors raise for bytes that are none of theirs; NotImplementedError
# and UnicodeDecodeError are among RuntimeError and ValueError.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, RuntimeError, ValueError,
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One file of an archive: the parts of its path as they are written there, and its bytes."""

    parts: tuple[str, ...]
    content: bytes = b""
    modified: str = ""
    """ISO time, empty where it is not known."""
    problem: str = ""
    """Why it was not read; `content` is empty then."""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.parts[-1]


def read_entries(path: Path) -> Iterator[Entry]:
    """Yield the notebooks, modules and records of a zip or folder, in the order of their names.

    Everything else is passed over unread. Raises UsageError when `path` is neither, or has too
    much in it.
    """
    if path.is_dir():
        yield from _folder(path)
    elif path.is_file() and zipfile.is_zipfile(path):
        yield from _zip(path)
    else:
        raise UsageError(f"{path}: expected the zip that the platform gave you, or its folder")


# ---------------------------------------------------------------- zips


def _zip(path: Path) -> Iterator[Entry]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MOST_ENTRIES:
                raise UsageError(f"{path}: has more than {MOST_ENTRIES:,} files")
            total = 0
            for member in sorted(members, key=lambda member: member.filename):
                entry = _member(archive, member)
                if entry is not None:
                    total += len(entry.content)
                    if total > MOST_TOTAL:
                        raise UsageError(f"{path}: unpacks to more than {MOST_TOTAL >> 30} GiB")
                    yield entry
    except _BROKEN as error:
        raise UsageError(f"{path}: cannot be read as a zip: {error}") from None


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Entry | None:
    name = member.filename.replace("\\", "/")
    parts = tuple(part for part in PurePosixPath(name).parts if part not in ("/", ".", ".."))
    if member.is_dir() or not parts or not _wanted(parts):
        return None
    modified = _time(member.date_time)
    if ".." in PurePosixPath(name).parts or name.startswith("/") or name[1:2] == ":":
        return Entry(parts, modified=modified, problem="its path leads out of the archive")
    if stat.S_ISLNK(member.external_attr >> 16):
        return Entry(parts, modified=modified, problem="is a symbolic link")
    if member.flag_bits & 1:
        return Entry(parts, modified=modified, problem="is encrypted")
    try:
        with archive.open(member) as file:
            content = _bounded(file)
    except _BROKEN as error:
        return Entry(parts, modified=modified, problem=f"cannot be unpacked: {error}"[:200])
    if content is None:
        return Entry(parts, modified=modified, problem=f"has more than {MAX_BYTES >> 20} MiB")
    return Entry(parts, content, modified)


def _bounded(file: object) -> bytes | None:
    """Read at most what a submission may have; None where there is more, whatever was claimed."""
    blocks: list[bytes] = []
    size = 0
    while block := file.read(_BLOCK):  # type: ignore[attr-defined]
        size += len(block)
        if size > MAX_BYTES:
            return None
        blocks.append(block)
    return b"".join(blocks)


def _time(moment: tuple[int, int, int, int, int, int]) -> str:
    try:
        return datetime(*moment, tzinfo=UTC).isoformat(timespec="seconds")
    except ValueError:
        return ""


# ---------------------------------------------------------------- folders


def _folder(root: Path) -> Iterator[Entry]:
    found = 0
    for folder, folders, names in os.walk(root, followlinks=False):
        folders.sort()
        here = Path(folder)
        for name in sorted(names):
            path = here / name
            parts = path.relative_to(root).parts
            if not _wanted(parts):
                continue
            found += 1
            if found > MOST_ENTRIES:
                raise UsageError(f"{root}: has more than {MOST_ENTRIES:,} files")
            yield _file(path, parts)


def _file(path: Path, parts: tuple[str, ...]) -> Entry:
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            return Entry(parts, problem="is no regular file")
        modified = datetime.fromtimestamp(status.st_mtime, UTC).isoformat(timespec="seconds")
        with path.open("rb") as file:
            content = _bounded(file)
    except OSError as error:
        return Entry(parts, problem=f"cannot be read: {error.strerror}")
    if content is None:
        return Entry(parts, modified=modified, problem=f"has more than {MAX_BYTES >> 20} MiB")
    return Entry(parts, content, modified)


def _wanted(parts: tuple[str, ...]) -> bool:
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return not hidden and parts[-1].lower().endswith(_SUFFIXES)


def path_shown(parts: tuple[str, ...]) -> str:
    """Return an entry's path fit to be shown."""
    return shown("/".join(parts))
