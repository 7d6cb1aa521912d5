"""Read Moodle's "Download all submissions": `Full Name_<participant>_assignsubmission_file_`.

With folders the student's files lie below such a folder; without, their names begin with it. The
number is the participant's of this assignment, and that of the grading worksheet. What students
named themselves lies below it and is never looked at for whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from grader.imports.archive import Entry
from grader.imports.platform import Platform, PlatformFile
from grader.submissions.reading import handle
from grader.submissions.roster import Person

__all__ = ["MOODLE", "with_addresses"]

_FOLDER = re.compile(
    r"(?P<name>.+?)_(?P<number>[0-9]+)_assignsubmission_(?P<kind>[a-z]+)(_(?P<file>.*))?",
    re.DOTALL,
)


def _from_moodle(entries: Sequence[Entry], _: Sequence[str]) -> Iterator[PlatformFile | Entry]:
    for entry in entries:
        found = _place(entry.parts)
        if found is None:
            yield entry
            continue
        n, known = found
        file = entry.name if n < len(entry.parts) - 1 else known["file"] or entry.name
        name = known["name"].strip()
        # A group's folder is `Group-Full Name_…`; the participant's number is what counts.
        student = handle(f"{name.replace(' ', '_')}-{known['number']}")
        yield PlatformFile(Person(student, name, moodle_id=known["number"]), entry, file)


def with_addresses(
    found: Iterable[PlatformFile | Entry], addresses: Mapping[str, str]
) -> Iterator[PlatformFile | Entry]:
    """Yield the same with everybody's address, by participant number as the worksheet has them.

    Moodle counts participants anew in every assignment; only the address stays a student's own.
    """
    for item in found:
        if isinstance(item, PlatformFile):
            email = addresses.get(item.person.moodle_id, "")
            item = replace(item, person=replace(item.person, email=email))
        yield item


def _place(parts: tuple[str, ...]) -> tuple[int, re.Match[str]] | None:
    """Return the first part that Moodle named, and what it says."""
    found = ((n, _FOLDER.fullmatch(part)) for n, part in enumerate(parts))
    return next(((n, known) for n, known in found if known is not None), None)


def _whose(parts: tuple[str, ...]) -> tuple[str, ...] | None:
    found = _place(parts)
    return None if found is None else parts[: found[0] + 1]


MOODLE = Platform(_from_moodle, _whose)
