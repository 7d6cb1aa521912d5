"""Files that an exercise gives to every work: data, images, helper modules.

They lie in `exercises/<id>/files/`, go out with the starter, and are in the working directory of
the run, read-only. The reference and the starter find them in the working directory, too, while
they are loaded.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import stat
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TypeVar

from grader.errors import CourseError
from grader.model import Exercise, File

__all__ = ["FOLDER", "among_files", "digest_of", "exercise_files", "file_names", "read_files"]

FOLDER = "files"
MOST, MOST_BYTES = 200, 32 << 20
_LEFT = ("__pycache__", ".ipynb_checkpoints")
_CLONE_FS = 0x200
T = TypeVar("T")


def file_names(directory: Path) -> tuple[str, ...]:
    """Return the names of an exercise's files, relative to its `files/`; raises CourseError."""
    folder = directory / FOLDER
    if not folder.is_dir():
        return ()
    names: list[str] = []
    size = 0
    for path in _walk(folder):
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise CourseError(f"{path}: is no regular file; put the file itself there")
        names.append(path.relative_to(folder).as_posix())
        size += status.st_size
        if len(names) > MOST or size > MOST_BYTES:
            raise CourseError(
                f"{folder}: at most {MOST} files and {MOST_BYTES >> 20} MiB go with an exercise"
            )
    return tuple(sorted(names))


def _walk(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        listed = list(entries)
    for entry in listed:
        if entry.name.startswith(".") or entry.name in _LEFT:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path))
        else:
            yield Path(entry.path)


def exercise_files(exercise: Exercise) -> tuple[File, ...]:
    """Read the files of an exercise; raises CourseError."""
    return tuple(read_files(exercise.directory, exercise.files))


def read_files(directory: Path, names: Iterable[str]) -> Iterator[File]:
    """Yield files below an exercise's `files/`; raises CourseError."""
    for name in names:
        yield File(name, _bytes(directory / FOLDER / PurePosixPath(name)))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CourseError(f"{path}: {error.strerror or error}") from None


def digest_of(files: Iterable[File]) -> bytes:
    """Return what changes with any name or content; empty where there are no files."""
    lines = [f"{file.sha256} {file.name}\n" for file in sorted(files, key=lambda file: file.name)]
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogatepass")).digest() * bool(lines)


# ---------------------------------------------------------------- the course's own code


def among_files(directory: Path, call: Callable[[], T]) -> T:
    """Call something of the course's own as if it stood among the exercise's files.

    The working directory is that of one thread only, where the system can do that (Linux): other
    threads of the grader keep theirs. Modules that are imported from there are forgotten again,
    because two exercises may have a `helper.py` each.
    """
    folder = directory / FOLDER
    if not folder.is_dir():
        return call()
    folder = folder.resolve()
    found: list[T] = []
    fault: list[BaseException] = []

    def run() -> None:
        try:
            with _standing_in(folder):
                found.append(call())
        except BaseException as error:
            fault.append(error)

    thread = threading.Thread(target=run, name="among files")
    with _importing_from(folder):
        thread.start()
        thread.join()
    if fault:
        raise fault[0]
    return found[0]


@contextmanager
def _standing_in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    own = sys.platform == "linux" and ctypes.CDLL(None).unshare(_CLONE_FS) == 0
    os.chdir(folder)
    try:
        yield
    finally:
        if not own:
            os.chdir(before)


@contextmanager
def _importing_from(folder: Path) -> Iterator[None]:
    kept = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.dont_write_bytecode = kept
        sys.path.remove(str(folder))
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if isinstance(file, str) and Path(file).is_relative_to(folder):
                del sys.modules[name]
