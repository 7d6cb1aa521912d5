"""Say where the files of a graded class lie, and write each of them whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from grader.errors import UsageError

__all__ = [
    "CLASS_PAGE",
    "GRADEBOOK",
    "SCORES",
    "STUDENT_PAGE",
    "component",
    "score_directory",
    "write_named",
    "write_whole",
]

CLASS_PAGE = "index.html"
STUDENT_PAGE = "report.html"
GRADEBOOK = "gradebook.sqlite"
SCORES = "scores.json"

_LONGEST = 80
_SQLITE = b"SQLite format 3\0"
_DEVICES = {"con", "prn", "aux", "nul"} | {
    f"{port}{n}" for port in ("com", "lpt") for n in range(10)
}


@lru_cache(maxsize=4096)
def component(name: str) -> str:
    """Turn any name into one path component; different names give different components.

    A name of letters, digits and `. _ -` stays as it is. Everything else (separators, dots
    only, control and direction characters, Windows devices, over-long names) is replaced and
    marked with `~` and a digest of the whole name, so that nothing collides or escapes.
    """
    normal = unicodedata.normalize("NFC", name)
    kept = "".join(c if c.isalnum() or c in "._-" else "_" for c in normal)
    if kept == name and _is_plain(name):
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{kept.strip('._')[:40] or 'unnamed'}~{digest}"


def score_directory(out: Path, exercise: str, student: str) -> Path:
    """Name the folder of one student's files for one exercise below the output folder."""
    return out / component(exercise) / component(student)


def write_whole(path: Path, text: str | bytes | Iterable[str]) -> None:
    """Write a file so that a reader sees the old one or the new one, never a half.

    A long text may come in parts, so that it is never in memory as a whole. An OSError names
    `path`, and leaves nothing behind.
    """
    new = [] if path.parent.is_dir() else [f for f in path.parents if not f.exists()]
    try:
        _replace(path, text)
    except OSError as fault:
        for folder in new:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise OSError(fault.errno, fault.strerror, str(path)) from fault


def write_named(path: Path, text: str | bytes) -> None:
    """Write the file that a person names; raises UsageError where a gradebook lies.

    A device or a link, such as /dev/stdout, is written to and never replaced.
    """
    if path.is_file() and _begins_with(path, _SQLITE):
        raise UsageError(f"{path}: is a gradebook, which is not written over")
    if path.is_symlink() or (path.exists() and not path.is_file()):
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    else:
        write_whole(path, text)


def _begins_with(path: Path, start: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(start)) == start


def _replace(path: Path, text: str | bytes | Iterable[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        if isinstance(text, bytes):
            with os.fdopen(handle, "wb") as raw:
                raw.write(text)
        else:
            with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.writelines([text] if isinstance(text, str) else text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _is_plain(name: str) -> bool:
    fits = 0 < len(name.encode("utf-8", "replace")) <= _LONGEST
    return (
        fits
        and name[0] not in ".-"
        and name[-1] != "."
        and (name.split(".")[0].lower() not in _DEVICES)
    )
