"""Say which row of a file is whose: the one place where people are matched.

All identifiers count that both sides know. A row is somebody's only if every one of them agrees,
no other row agrees as well, and nobody else is that row, too. Whatever is unclear is refused with
a reason and never guessed: a wrong grade costs more than a line to look at.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from grader.submissions.naming import folded
from grader.submissions.roster import Person

__all__ = ["Known", "Match", "Rows", "plain_name"]

IDENTIFIERS = ("canvas_id", "sis_id", "login", "email", "moodle_id", "gradescope_id")
# Moodle counts participants anew in every assignment: no handle, and nobody's for good.
_LIKE_A_HANDLE = ("canvas_id", "sis_id", "login", "email", "gradescope_id")
_SPOKEN = {
    "canvas_id": "Canvas ID", "sis_id": "SIS ID", "login": "login", "email": "e-mail address",
    "moodle_id": "participant number", "gradescope_id": "Gradescope ID", "name": "name",
}  # fmt: skip


@dataclass(frozen=True)
class Match:
    """The number of a row, or why there is none."""

    row: int | None
    why: str = ""


class Rows:
    """The rows of a file by what they say of a person: attributes of `Person` to cells."""

    def __init__(self, rows: Sequence[Mapping[str, str]]) -> None:
        self._rows = rows
        self._columns = {column for row in rows for column in row}
        self._index = defaultdict[tuple[str, str], list[int]](list)
        for number, row in enumerate(rows):
            for column, cell in row.items():
                key = _key(column, cell)
                if key:
                    self._index[column, key].append(number)

    def matches(self, people: Sequence[Person], others: Iterable[Person] = ()) -> list[Match]:
        """Return each person's row; `others` get none, but a row that is theirs is nobody else's.

        Where two people would get one row, neither gets it.
        """
        found = [self.row_of(person) for person in people]
        claims = defaultdict[int | None, list[str]](list)
        for person, match in zip(people, found, strict=True):
            claims[match.row].append(person.student)
        for person in others:
            claims[self.row_of(person).row].append(person.student)
        return [
            match
            if match.row is None or len(claims[match.row]) == 1
            else Match(None, self._shared(match.row, claims[match.row]))
            for match in found
        ]

    def row_of(self, person: Person) -> Match:
        """Return the one row that is a person's, by everything that is known of them."""
        known = {
            column: value
            for column in IDENTIFIERS
            if column in self._columns and (value := getattr(person, column))
        }
        hits = {
            column: rows for column, value in known.items() if (rows := self._hits(column, value))
        }
        by_handle = self._by_handle(person, known)
        by_name = self._hits("name", person.name or person.student)
        if not hits and len(by_handle) > 1:
            return Match(None, f"{len(by_handle)} rows have {person.student!r} as an identifier")
        fitting: set[int]
        if not hits and by_handle and person.name and len(by_name) > 1:
            return Match(None, _nameless(person, by_name, known))  # the folder's name is too little
        if hits:
            fitting = set.intersection(*map(set, hits.values()))
            if len(fitting) != 1:
                return Match(None, _disagreement(hits))
        elif by_handle:
            fitting = by_handle
        elif len(by_name) != 1:
            return Match(None, _nameless(person, by_name, known))
        else:
            fitting = set(by_name)
        (row,) = fitting
        return self._confirmed(row, known, by_handle, by_name)

    def _confirmed(
        self, row: int, known: Mapping[str, str], by_handle: set[int], by_name: Sequence[int]
    ) -> Match:
        """Refuse a row that anything known speaks against."""
        for column, value in known.items():
            cell = self._rows[row].get(column, "")
            if cell.strip() and not _same(column, cell, value):
                reason = f"the row that fits has another {_SPOKEN[column]}"
                return Match(None, f"{reason} ({cell.strip()[:40]!r}) than the roster ({value!r})")
        here = self._rows[row].get("name") or f"row {row + 1}"
        if by_handle and row not in by_handle:
            reason = (
                f"the roster says the row of {here!r}, but the folder's name is an identifier of"
            )
            return Match(None, f"{reason} another")
        if len(by_name) == 1 and row not in by_name:
            return Match(None, f"the identifiers are those of {here!r}, the name is another row's")
        return Match(row)

    def _hits(self, column: str, value: str) -> list[int]:
        """Return the rows with a value; of several, those that are written in just this way."""
        found = self._index.get((column, _key(column, value)), []) if value else []
        if len(found) > 1 and column != "name":
            exact = [n for n in found if _normal(self._rows[n][column]) == _normal(value)]
            return exact or found
        return found

    def _by_handle(self, person: Person, known: Mapping[str, str]) -> set[int]:
        """Return the rows with the folder's name in a column for which nothing is known.

        A name that is known to be the login is no address, too, though it may be another's.
        """
        values = {folded(getattr(person, column)) for column in IDENTIFIERS}
        if folded(person.student) in values:
            return set()
        return {
            row
            for column in _LIKE_A_HANDLE
            if column in self._columns and column not in known
            if column != "email" or "@" in person.student
            for row in self._hits(column, person.student)
        }

    def _shared(self, row: int, students: Sequence[str]) -> str:
        names = " and ".join(sorted(set(students)))
        called = self._rows[row].get("name") or "one student"
        return f"{len(students)} scores or roster entries ({names}) fit the one row of {called!r}"


class Known:
    """The people of a roster, to recognise somebody under the handle that they have there."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._people = list(people)
        self._handles = defaultdict[str, list[str]](list)
        for person in self._people:
            self._handles[folded(person.student)].append(person.student)
        self._rows = Rows(
            [
                {column: asdict(person)[column] for column in _LIKE_A_HANDLE}
                for person in self._people
            ]
        )

    def handle_of(self, person: Person) -> str | None:
        """Return the handle of somebody who is known by an identifier or handle, else None."""
        same = self._handles.get(folded(person.student), [])
        if person.student in same or len(same) == 1:
            return person.student if person.student in same else same[0]
        # A name is not enough to file one student's work as another's, nor is the folder's.
        row = self._rows.row_of(replace(person, name="", student="\x00", moodle_id="")).row
        return None if row is None else self._people[row].student


def plain_name(name: str) -> str:
    """Return a name without order, case and punctuation: `Lovelace, Ada` is `ada lovelace`."""
    text = folded(name)
    words = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in text)
    return " ".join(sorted(words.split())) or text


def _key(column: str, value: str) -> str:
    if column == "name":
        return plain_name(value)
    return folded(value)


def _normal(value: str) -> str:
    return unicodedata.normalize("NFC", value.strip())


def _same(column: str, cell: str, value: str) -> bool:
    return _key(column, cell) == _key(column, value)


def _disagreement(hits: Mapping[str, Sequence[int]]) -> str:
    if len({tuple(rows) for rows in hits.values()}) == 1:
        (column, rows), *_ = hits.items()
        return f"{len(rows)} rows have this {_SPOKEN[column]}"
    return f"{' and '.join(_SPOKEN[column] for column in hits)} are those of different rows"


def _nameless(person: Person, by_name: Sequence[int], known: Mapping[str, str]) -> str:
    if by_name:
        name = person.name or person.student
        return f"{len(by_name)} rows bear the name {name!r}; add an identifier to the roster"
    if not known:
        return f"no row has {person.name or person.student!r} as its name or an identifier"
    tried = [*(_SPOKEN[column] for column in known), "name"]
    return f"no row has this {' or '.join(tried)}"
