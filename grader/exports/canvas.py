"""Fill one column of the gradebook that Canvas exported; everything else stays as it was.

Canvas recognises an assignment by the `(id)` in its column's head and a student by ID, SIS User
ID or SIS Login ID. A column that is not in the file would be offered as a new assignment, so it
must be there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from grader.errors import UsageError
from grader.exports.selection import final, points_text, scaled
from grader.model import Score
from grader.spreadsheets import Sheet
from grader.submissions.roster import Person

__all__ = ["Filled", "fill_canvas", "plain_name"]

_READ_ONLY = re.compile(
    r"(Current|Final|Unposted).*(Points|Score|Grade)|\(read only\)", re.IGNORECASE
)
_KEYS = (("ID", "canvas_id"), ("SIS User ID", "sis_id"), ("SIS Login ID", "login"))


@dataclass(frozen=True)
class Filled:
    """A filled file, whose grades went in, and whose did not and why."""

    content: bytes
    filled: tuple[str, ...]
    left: tuple[str, ...]
    """`student: reason`, one a score that has no row or is provisional."""
    scale: str = ""
    """What points were scaled to, where the platform's maximum is another one."""


def fill_canvas(
    sheet: Sheet, scores: Sequence[Score], people: Mapping[str, Person], assignment: str | None
) -> Filled:
    """Put scores of one exercise into the column of `assignment` (title, id or part of the title).

    Raises UsageError when the file is none of Canvas's or the column is not clear.
    """
    head = [name.strip() for name in sheet.rows[0]]
    if not any(name in ("Student", "LastName") for name in head[:1]) or "ID" not in head:
        raise UsageError(
            "expected a gradebook that Canvas exported: its first column is Student, and one is ID"
        )
    column = _column(head, assignment or scores[0].title)
    rows = [list(row) for row in sheet.rows]
    possible = _possible(rows, column)
    students = {id(row): row for row in rows[1:] if not _is_special(row)}
    finder = _Finder(head, list(students.values()))
    filled, left = [], []
    done = {score.student for score in final(scores)}
    for score in scores:
        if score.student not in done:
            left.append(f"{score.student}: provisional; a person has to decide first")
            continue
        row, why = finder.row_of(people.get(score.student, Person(score.student)))
        if row is None:
            left.append(f"{score.student}: {why}")
            continue
        row.extend([""] * (column + 1 - len(row)))
        row[column] = points_text(scaled(score, possible))
        filled.append(score.student)
    ours = scores[0].possible
    scale = (
        f"{points_text(ours)} -> {points_text(possible)}" if possible not in (None, ours) else ""
    )
    return Filled(sheet.text(rows), tuple(filled), tuple(left), scale)


def _column(head: Sequence[str], wanted: str) -> int:
    """Return the assignment's column: by id, by title without its id, else by part of it."""
    start = head.index("Section") + 1 if "Section" in head else head.index("ID") + 1
    titles = {n: name for n, name in enumerate(head) if n >= start and not _READ_ONLY.search(name)}
    bare = {n: re.sub(r"\s*\(\d+\)$", "", name) for n, name in titles.items()}
    tests: tuple[Callable[[int], bool], ...] = (
        lambda n: titles[n] == wanted or titles[n].endswith(f"({wanted})"),
        lambda n: bare[n].casefold() == wanted.casefold(),
        lambda n: wanted.casefold() in bare[n].casefold(),
    )
    for fits in tests:
        found = [n for n in titles if fits(n)]
        if len(found) == 1:
            return found[0]
        if found:
            break
    known = "; ".join(titles.values()) or "none"
    raise UsageError(
        f"which assignment is {wanted!r}? Name it with --assignment; the file has: {known}"
    )


def _is_special(row: Sequence[str]) -> bool:
    """Tell the rows that are no student's: points possible, posting, the test student's are."""
    first = row[0].strip() if row else ""
    return not any(row) or first == "Points Possible" or (first == "" and len(row) > 1)


def _possible(rows: Sequence[Sequence[str]], column: int) -> float | None:
    for row in rows[1:4]:
        if row and row[0].strip() == "Points Possible" and column < len(row):
            try:
                return float(row[column].replace(",", "."))
            except ValueError:
                return None
    return None


class _Finder:
    """Finds a student's row as Canvas does: by identifiers first, by name last."""

    def __init__(self, head: Sequence[str], rows: Sequence[list[str]]) -> None:
        self._rows = rows
        self._columns = {name: n for n, name in enumerate(head)}

    def row_of(self, person: Person) -> tuple[list[str] | None, str]:
        """Return the one row of a person, or why there is none."""
        for name, attribute in _KEYS:
            for known in (getattr(person, attribute), person.student):
                found = self._with(name, known)
                if len(found) == 1:
                    return found[0], ""
        wanted = plain_name(person.name or person.student)
        found = [row for row in self._rows if wanted and wanted == self._name(row)]
        if len(found) == 1:
            return found[0], ""
        if found:
            return None, f"{len(found)} rows bear that name; add canvas_id to the roster"
        return None, "no row has this ID, login or name"

    def _with(self, name: str, value: str) -> list[list[str]]:
        n = self._columns.get(name)
        if n is None or not value:
            return []
        return [row for row in self._rows if n < len(row) and row[n].strip() == value]

    def _name(self, row: Sequence[str]) -> str:
        if "LastName" in self._columns and "FirstName" in self._columns:
            last, first = (row[self._columns[name]] for name in ("LastName", "FirstName"))
            return plain_name(f"{last}, {first}")
        return plain_name(row[0])


def plain_name(name: str) -> str:
    """Return a name without order, case and punctuation: `Lovelace, Ada` is `ada lovelace`."""
    return " ".join(sorted(re.sub(r"[\W_]+", " ", name.casefold()).split()))
