"""List what a zip or folder holds and read single files of it; no name in it becomes a path.

A member's path is only looked at, never joined to a folder of ours, so there is nothing to slip
out of. Listing reads names alone; content is read file by file when it is asked for, within
bounds, and what is wrong with one file is a `SubmissionError` of that file.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from grader.errors import SubmissionError, UsageError
from grader.imports.unpacking import unpacked
from grader.submissions.reading import MAX_BYTES, bounded_bytes, shown

__all__ = ["Entry", "Whose", "entries_of", "path_shown"]

MOST_ENTRIES = 200_000
MOST_OF_ONE = 1_000
"""Files of one person that are looked at; more cost only their owner."""
DEEPEST = 40

_EXCESS = f"more than {MOST_OF_ONE:,} files and folders; no more of them are read"

Whose = Callable[[tuple[str, ...]], tuple[str, ...] | None]
"""The leading parts of a path that name one person's place; None where they name nobody's."""


@dataclass(frozen=True)
class Entry:
    """One file of an archive, or a folder with nothing in it that is to be seen."""

    parts: tuple[str, ...]
    """Its path, as it is written there."""
    modified: str = ""
    """ISO time, empty where it is not known."""
    problem: str = ""
    """Why it cannot be read, as far as its name and header tell."""
    folder: bool = False
    reading: Callable[[int], bytes] | None = None

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.parts[-1]

    def content(self, most: int = MAX_BYTES) -> bytes:
        """Return its bytes; raises SubmissionError that says why there are none."""
        if self.problem or self.reading is None:
            raise SubmissionError(self.problem or "is a folder")
        return self.reading(most)


@contextmanager
def entries_of(path: Path, whose: Whose = lambda _: None) -> Iterator[tuple[Entry, ...]]:
    """Give the files of a zip or folder by name; their content can be read meanwhile.

    Raises UsageError when `path` is neither, or nobody's files in it are too many.
    """
    if path.is_dir():
        yield tuple(_counted(_walk(path, whose), path, whose))
    elif path.is_file() and zipfile.is_zipfile(path):
        try:
            archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise UsageError(f"{path}: cannot be read as a zip: {error}") from None
        with archive:
            members = sorted(archive.infolist(), key=lambda member: member.filename)
            found = (_member(archive, member) for member in members)
            yield tuple(_counted((each for each in found if each is not None), path, whose))
    else:
        raise UsageError(f"{path}: expected the zip that the platform gave you, or its folder")


def _counted(entries: Iterable[Entry], path: Path, whose: Whose) -> Iterator[Entry]:
    """Pass on what everybody may have; somebody's excess is one entry with a reason."""
    seen = Counter[tuple[str, ...] | None]()
    for entry in entries:
        if entry.problem == _EXCESS and seen[whose(entry.parts)] > MOST_OF_ONE:
            continue  # said already
        owner = whose(entry.parts)
        seen[owner] += 1
        if owner is None and seen[None] > MOST_ENTRIES:
            raise UsageError(f"{path}: has more than {MOST_ENTRIES:,} files that are nobody's")
        if owner is None or seen[owner] <= MOST_OF_ONE:
            yield entry
        elif seen[owner] == MOST_OF_ONE + 1:
            yield Entry((*owner, "…"), problem=_EXCESS)


# ---------------------------------------------------------------- zips


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Entry | None:
    name = _decoded(member).replace("\\", "/")
    parts = tuple(part for part in PurePosixPath(name).parts if part not in ("/", ".", ".."))
    visible = _visible(parts)
    if not visible:
        return None
    if member.is_dir() or visible != parts:
        return Entry(visible, folder=True)
    modified = _time(member.date_time)
    problem = ""
    if ".." in PurePosixPath(name).parts or name.startswith("/") or re.match(r"[A-Za-z]:/", name):
        problem = "its path leads out of the archive"
    elif stat.S_ISLNK(member.external_attr >> 16):
        problem = "is a symbolic link"
    elif len(parts) > DEEPEST:
        problem = f"lies more than {DEEPEST} folders deep"
    elif member.flag_bits & 1:
        problem = "is encrypted"
    return Entry(
        visible, modified, problem, reading=lambda most: unpacked(archive, member, most)
    )  # fmt: skip


def _decoded(member: zipfile.ZipInfo) -> str:
    """Return a member's name; many tools write UTF-8 without the mark that says so."""
    if member.flag_bits & 0x800 or member.filename.isascii():
        return member.filename
    try:
        return member.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.filename


def _time(moment: tuple[int, int, int, int, int, int]) -> str:
    try:
        return datetime(*moment, tzinfo=UTC).isoformat(timespec="seconds")
    except ValueError:
        return ""


# ---------------------------------------------------------------- folders


def _walk(root: Path, whose: Whose) -> Iterator[Entry]:
    """Yield the files below a folder in the order of their names, following no link."""
    seen = Counter[tuple[str, ...]]()
    named = set[tuple[str, ...]]()
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        here = waiting.pop()
        owner = whose(here) if here else None
        if owner is not None and seen[owner] > MOST_OF_ONE:
            if owner not in named:
                yield Entry((*owner, "…"), problem=_EXCESS)
            named.add(owner)
            continue
        if len(here) > DEEPEST:
            yield Entry(here, problem=f"lies more than {DEEPEST} folders deep")
            continue
        files, folders, problem = _listed(root, here)
        if problem or (here and not files and not folders):
            yield Entry(here, problem=problem, folder=not problem)
        yield from files
        if owner is not None:
            seen[owner] += len(files) + len(folders)
        waiting += sorted(folders, reverse=True)


def _listed(root: Path, here: tuple[str, ...]) -> tuple[list[Entry], list[tuple[str, ...]], str]:
    """Return the files and folders in one folder, or why they cannot be listed."""
    files: list[Entry] = []
    folders: list[tuple[str, ...]] = []
    try:
        with os.scandir(root.joinpath(*here)) as found:
            for number, item in enumerate(found):
                if number >= MOST_ENTRIES:
                    return files, folders, f"holds more than {MOST_ENTRIES:,} files"
                parts = (*here, item.name)
                if _visible(parts) != parts:
                    continue
                if item.is_dir(follow_symlinks=False):
                    folders.append(parts)
                else:
                    files.append(_file(item, parts))
    except OSError as error:
        return files, folders, f"cannot be read: {error.strerror}"
    return sorted(files, key=lambda entry: entry.parts), folders, ""


def _file(item: os.DirEntry[str], parts: tuple[str, ...]) -> Entry:
    path = Path(item.path)
    try:
        status = item.stat(follow_symlinks=False)
    except OSError as error:
        return Entry(parts, problem=f"cannot be read: {error.strerror}")
    if not stat.S_ISREG(status.st_mode):
        return Entry(parts, problem="is no regular file")
    try:
        modified = datetime.fromtimestamp(status.st_mtime, UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):  # a file may claim any time
        modified = ""
    return Entry(parts, modified, reading=lambda most: bounded_bytes(path, most))


def _visible(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the parts before the first one that systems hide from their users."""
    hidden = (n for n, part in enumerate(parts) if part[:1] == "." or part in _HIDDEN)
    return parts[: next(hidden, len(parts))]


_HIDDEN = ("__MACOSX", "__pycache__")


def path_shown(parts: tuple[str, ...]) -> str:
    """Return an entry's path fit to be shown."""
    return shown("/".join(parts))
