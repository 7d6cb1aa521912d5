"""Read Moodle's "Download all submissions": `Full Name_<participant>_assignsubmission_file_`.

With folders the student's files lie below such a folder; without, their names begin with it. The
number is the participant's of this assignment, and that of the grading worksheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from grader.imports.archive import Entry
from grader.imports.handedin import HandedIn
from grader.submissions.handedin import handle
from grader.submissions.roster import Person

__all__ = ["from_moodle"]

_FOLDER = re.compile(
    r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+)(_(?P<file>.*))?", re.DOTALL
)


def from_moodle(entries: Iterable[Entry]) -> Iterator[HandedIn | Entry]:
    """Yield whose each file is; what is not named as Moodle does is returned as it is."""
    for entry in entries:
        places = [(n, _FOLDER.fullmatch(part)) for n, part in enumerate(entry.parts)]
        found = next(((n, known) for n, known in places if known is not None), None)
        if found is None:
            yield entry
            continue
        n, known = found
        file = entry.name if n < len(entry.parts) - 1 else known["file"] or entry.name
        name = known["name"].strip()
        # A group's folder is `Group-Full Name_…`; the participant's number is what counts.
        student = handle(f"{name.replace(' ', '_')}-{known['number']}")
        person = Person(student, name, moodle_id=known["number"])
        yield HandedIn(person, entry, file)
