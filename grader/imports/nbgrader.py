"""Read nbgrader's `submitted/<student>/<assignment>/<notebook>.ipynb` with its `timestamp.txt`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from grader.imports.archive import Entry
from grader.imports.handedin import HandedIn
from grader.submissions.handedin import handle
from grader.submissions.roster import Person

__all__ = ["from_nbgrader"]


def from_nbgrader(entries: Iterable[Entry]) -> Iterator[HandedIn | Entry]:
    """Yield whose each file is; what lies elsewhere is returned as it is."""
    found = [entry for entry in entries if entry.name.lower().endswith((".ipynb", ".py", ".txt"))]
    times = {
        entry.parts[:-1]: entry.content[:100].decode("utf-8", "replace").strip()
        for entry in found
        if entry.name == "timestamp.txt"
    }
    for entry in found:
        if entry.name.lower().endswith(".txt"):
            continue
        parts = entry.parts
        if "submitted" in parts[:-1]:
            parts = parts[parts.index("submitted") + 1 :]
        if len(parts) < 3:
            yield entry
            continue
        student, assignment = parts[0], parts[1]
        yield HandedIn(
            Person(handle(student)),
            entry,
            entry.name,
            exercise=assignment,
            handed_in=times.get(entry.parts[:-1], ""),
        )
