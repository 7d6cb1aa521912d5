"""Who is who: the handle that names a student's folder, and what other systems call them.

`roster.csv` has the columns student, name, email, and one for each system's own identifier:
canvas_id, sis_id, login, moodle_id, gradescope_id. Imports write them; exports read them. An
instructor adds section, group and extension. `note` says why nothing that somebody handed in can
be graded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields, replace
from difflib import get_close_matches
from pathlib import Path

from grader.errors import UsageError
from grader.outdir import write_whole

__all__ = ["FILE", "Person", "is_of_one_assignment", "merge", "read_roster", "write_roster"]

FILE = "roster.csv"
_OF_GRADESCOPE = re.compile(r"submission_\d+")


@dataclass(frozen=True)
class Person:
    """One student as every system knows them; unknown parts are empty."""

    student: str
    name: str = ""
    email: str = ""
    canvas_id: str = ""
    sis_id: str = ""
    login: str = ""
    moodle_id: str = ""
    gradescope_id: str = ""
    section: str = ""
    group: str = ""
    """Students of one group hand in one file; each gets its score."""
    extension: str = ""
    """More time than the others have; see `grader.term.rules.extension_of`."""
    note: str = ""

    @property
    def last_first(self) -> tuple[str, str]:
        """Last and first name: `Last, First`, or the last word and what comes before it."""
        if "," in self.name:
            last, _, first = self.name.partition(",")
            return last.strip(), first.strip()
        first, _, last = self.name.strip().rpartition(" ")
        return last, first


_COLUMNS = tuple(field.name for field in fields(Person))


def read_roster(path: Path) -> dict[str, Person]:
    """Read a roster by handle; raises UsageError naming row and column. No file is no roster."""
    from grader.spreadsheets import read_sheet, value_of_cell

    if not path.is_file():
        return {}
    head, *rows = read_sheet(path).rows
    names = [name.strip().lower() for name in head]
    if "student" not in names:
        raise UsageError(f"{path}: row 1: expected a column `student` among {', '.join(head)}")
    for name in set(names) - set(_COLUMNS):
        meant = get_close_matches(name, set(_COLUMNS) - set(names), n=1, cutoff=0.85)
        if meant:  # an extension that nobody reads would cost its students points
            reason = f"no column is called {name!r}; did you mean {meant[0]}?"
            raise UsageError(f"{path}: row 1: {reason}")
    people: dict[str, Person] = {}
    for number, row in enumerate(rows, 2):
        values = {
            name: _one_line(value_of_cell(value.strip()))
            for name, value in zip(names, row, strict=False)
            if name in _COLUMNS
        }
        if not values.get("student"):
            if any(row):
                raise UsageError(f"{path}: row {number}: the column `student` is empty")
            continue
        if values["student"] in people:
            raise UsageError(f"{path}: row {number}: {values['student']!r} is there twice")
        people[values["student"]] = Person(**values)
    return people


def _one_line(value: str) -> str:
    """Return a value without line breaks: each student has one line wherever they are listed."""
    return " ".join(filter(None, map(str.strip, value.splitlines())))


def is_of_one_assignment(group: str) -> bool:
    """Tell whether a group is Gradescope's record of who worked together on one assignment.

    Its import gives every member a copy of the work, so nothing is left to spread.
    """
    return _OF_GRADESCOPE.fullmatch(group) is not None


def merge(known: Mapping[str, Person], found: Iterable[Person]) -> dict[str, Person]:
    """Add people to a roster; what is known already is kept where nothing new is known.

    A note is of the last import: it goes when there is none any more. A group stays, since an
    instructor's word goes before a platform's; a record of one assignment goes with the next.
    """
    people = dict(known)
    for person in found:
        old = people.get(person.student, person)
        new = {name: value for name, value in _parts(person) if value}
        if _is_joined(person.name, old.name):
            new.pop("name")
        group = person.group if is_of_one_assignment(old.group) else old.group or person.group
        people[person.student] = replace(old, **{**new, "group": group, "note": person.note})
    return people


def _is_joined(name: str, known: str) -> bool:
    """Tell Canvas's `ladaoflovelace` from a name: the known one has its letters, and spaces."""
    letters = [sorted(filter(str.isalnum, each.casefold())) for each in (name, known)]
    return letters[0] == letters[1] and " " not in name and " " in known


def _parts(person: Person) -> Iterable[tuple[str, str]]:
    return zip(_COLUMNS, astuple(person), strict=True)


def write_roster(path: Path, people: Mapping[str, Person]) -> None:
    """Write a roster, sorted by handle, safe to open in a spreadsheet."""
    from grader.spreadsheets import plain_cell, write_rows

    rows = [[plain_cell(part) for part in astuple(people[name])] for name in sorted(people)]
    write_whole(path, write_rows([_COLUMNS, *rows]))
