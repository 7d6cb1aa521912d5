"""Read nbgrader's `submitted/<student>/<assignment>/<notebook>.ipynb` with its `timestamp.txt`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.errors import SubmissionError
from grader.imports.archive import Entry
from grader.imports.platform import Platform, PlatformFile
from grader.submissions.reading import handle
from grader.submissions.roster import Person

__all__ = ["NBGRADER"]

_TIME = "timestamp.txt"


def _from_nbgrader(entries: Sequence[Entry], _: Sequence[str]) -> Iterator[PlatformFile | Entry]:
    times = {entry.parts[:-1]: _time(entry) for entry in entries if entry.name == _TIME}
    whole_course = any(_start(entry.parts) for entry in entries)
    for entry in entries:
        start = _start(entry.parts)
        folders = entry.parts[start:] if entry.folder else entry.parts[start:-1]
        if not folders or (whole_course and not start):
            yield entry
            continue
        place = entry.parts[: start + 2]
        if entry.name == _TIME and entry.parts[:-1] == place:
            # With nothing beside it the folder itself is what was handed in: an empty one.
            entry = Entry(place, folder=True)
        yield PlatformFile(
            Person(handle(folders[0])),
            entry,
            entry.name,
            exercise=folders[1] if len(folders) > 1 else "",
            handed_in=times.get(place, ""),
        )


def _time(entry: Entry) -> str:
    try:
        return entry.content(1 << 20)[:100].decode("utf-8", "replace").strip()
    except SubmissionError:
        return ""


def _start(parts: tuple[str, ...]) -> int:
    """Return how many parts lead to nbgrader's folder; what students named stands further down."""
    return parts.index("submitted") + 1 if "submitted" in parts[:2] else 0


def _whose(parts: tuple[str, ...]) -> tuple[str, ...] | None:
    start = _start(parts)
    return parts[: start + 1] if len(parts) > start + 1 else None


NBGRADER = Platform(_from_nbgrader, _whose)
