"""When a file was handed in: what the platform says, else what the course names as its source.

An import keeps the platform's time in `imported.csv`, in the folder of the class. Without one the
course says what counts (`times` in course.toml): the file's own time of change; its newest Git
commit, since a checkout gives every file the time of the checkout; or the `timestamp.txt` that
nbgrader's exchange writes. The last two lie among the student's files, so they are asked only
where the instructor says that nobody else writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Literal

from grader.errors import UsageError
from grader.model import Submission, Unreadable
from grader.submissions.commits import Commits
from grader.submissions.reading import handle

__all__ = ["IMPORTED", "Source", "with_times"]

IMPORTED = "imported.csv"
_TIMESTAMP = "timestamp.txt"
_MOST_BYTES = 100
_Times = Mapping[tuple[str, str], str]
Source = Literal["file", "git", "nbgrader"]


def with_times(
    found: Sequence[Submission | Unreadable], source: Source = "file"
) -> list[Submission | Unreadable]:
    """Return the same with the time of each submission, as ISO 8601."""
    read = cache(_imported)
    with _asking(source) as ask:
        return [
            replace(item, handed_in=_time_of(item, read, ask))
            if isinstance(item, Submission)
            else item
            for item in found
        ]


def _time_of(
    submission: Submission, imported: Callable[[Path], _Times], ask: Callable[[Path, str], str]
) -> str:
    folder = _class_folder(submission)
    key = submission.student, submission.exercise
    if folder is not None and key in (known := imported(folder)):
        return known[key]
    return ask(submission.path, submission.student)


@contextmanager
def _asking(source: Source) -> Iterator[Callable[[Path, str], str]]:
    """Give what tells the time of a student's file."""
    if source == "git":
        with Commits() as commits:
            yield commits.time_of
    else:
        ask = _stamped if source == "nbgrader" else _changed
        yield lambda path, _: ask(path)


def _class_folder(submission: Submission) -> Path | None:
    """Return the folder that the student's own folder lies in: nothing there is the student's."""
    for folder in submission.path.parents:
        if handle(folder.name) == submission.student:
            return folder.parent
    return None


def _imported(folder: Path) -> _Times:
    """Read what an import wrote beside the students' folders; the file that was taken counts."""
    from grader.spreadsheets import read_sheet

    if not (folder / IMPORTED).is_file():
        return {}
    try:
        head, *rows = read_sheet(folder / IMPORTED).rows
    except UsageError:
        return {}
    found = {}
    for row in rows:
        cells = dict(zip(head, row, strict=False))
        taken = Path(cells.get("became", ""))
        time = _read(cells.get("handed_in", ""))
        if len(taken.parts) == 2 and time:
            found[taken.parts[0], taken.stem] = time
    return found


def _stamped(path: Path) -> str:
    stamp = path.parent / _TIMESTAMP
    try:
        if stamp.is_symlink() or not stamp.is_file() or stamp.stat().st_size > _MOST_BYTES:
            return ""
        return _read(stamp.read_text("utf-8"))
    except (OSError, ValueError):
        return ""


def _changed(path: Path) -> str:
    try:
        seconds = path.lstat().st_mtime
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    except (OSError, ValueError, OverflowError):
        return ""


def _read(written: str) -> str:
    """Return a time as ISO 8601, nothing for what is no time.

    nbgrader writes the zone as a word: `2026-03-01 14:58:23.948203 Europe/Berlin`, or `… UTC`. Its
    import keeps that as it is.
    """
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    written = written.strip()
    try:
        return datetime.fromisoformat(written).isoformat()
    except ValueError:
        time, _, zone = written.rpartition(" ")
    try:
        return datetime.fromisoformat(time).replace(tzinfo=ZoneInfo(zone)).isoformat()
    except (OSError, ValueError, ZoneInfoNotFoundError):
        return ""
