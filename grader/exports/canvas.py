"""Fill one column of the gradebook that Canvas exported; everything else stays as it was.

Canvas recognises an assignment by the `(id)` in its column's head and a student by ID, SIS User
ID or SIS Login ID. A column that is not in the file would be offered as a new assignment, so it
must be there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from grader.errors import UsageError
from grader.exports.filling import Filled, decimal, placed_in, scale_of
from grader.exports.selection import points_text, scaled
from grader.model import Score
from grader.spreadsheets import Sheet
from grader.submissions.matching import Rows
from grader.submissions.naming import folded
from grader.submissions.roster import Person

__all__ = ["fill_canvas"]

_ASSIGNMENT = re.compile(r".*\(\d+\)", re.DOTALL)
_TOTAL = re.compile(r"(.* )?(Unposted )?(Current|Final) (Points|Score|Grade)|.*\(read only\)",
                    re.IGNORECASE | re.DOTALL)  # fmt: skip
_IDENTIFIERS = {"ID": "canvas_id", "SIS User ID": "sis_id", "SIS Login ID": "login"}
_EXCUSED = "EX"


def fill_canvas(
    sheet: Sheet, scores: Sequence[Score], people: Mapping[str, Person], assignment: str | None
) -> Filled:
    """Put scores of one exercise into the column of `assignment` (title, id or part of the title).

    Raises UsageError when the file is none of Canvas's or the column is not clear.
    """
    head = [name.strip().lstrip("\ufeff") for name in sheet.rows[0]]
    if head[:1] not in (["Student"], ["LastName"]) or "ID" not in head:
        raise UsageError(
            "expected a gradebook that Canvas exported: its first column is Student, and one is ID"
        )
    points = _points_row(sheet)
    column = _column(head, points, assignment or scores[0].title)
    possible, comma = decimal(points[column] if column < len(points) else "")
    numbers = [n for n, row in enumerate(sheet.rows) if n and not _is_special(row)]
    rows = Rows([dict(_identity(head, sheet.rows[n])) for n in numbers])

    def refusal(row: int) -> str:
        cells = sheet.rows[numbers[row]]
        excused = column < len(cells) and cells[column].strip().upper() == _EXCUSED
        return "is excused (EX) in Canvas; that stays" if excused else ""

    placed, left = placed_in(rows, scores, people, refusal)
    comma = comma or _writes_commas(sheet, numbers, column)
    cells = {
        (numbers[row], column): _written(scaled(score, possible), comma) for score, row in placed
    }
    filled = tuple(score.student for score, _ in placed)
    return Filled(sheet.filled(cells), filled, tuple(left), scale_of(scores[0].possible, possible))


def _points_row(sheet: Sheet) -> Sequence[str]:
    rows = (row for row in sheet.rows[1:4] if row and row[0].strip() == "Points Possible")
    return next(rows, ())


def _column(head: Sequence[str], points: Sequence[str], wanted: str) -> int:
    """Return the assignment's column: by id, by title without its id, else by part of it."""
    titles = {n: head[n] for n in _assignments(head, points)}
    bare = {n: folded(re.sub(r"\s*\(\d+\)$", "", name)) for n, name in titles.items()}
    title = folded(wanted)
    tests: tuple[Callable[[int], bool], ...] = (
        lambda n: titles[n] == wanted or titles[n].endswith(f"({wanted})"),
        lambda n: folded(titles[n]) == title or bare[n] == title,
        lambda n: title in bare[n],
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


def _assignments(head: Sequence[str], points: Sequence[str]) -> Iterator[int]:
    """Yield the columns of assignments: those with an id or points, and no total.

    An assignment may be called "Final score"; Canvas's own totals have neither id nor points.
    """
    start = head.index("Section") + 1 if "Section" in head else head.index("ID") + 1
    for n in range(start, len(head)):
        possible = points[n].strip() if n < len(points) else ""
        worth = decimal(possible)[0] is not None
        total = bool(possible) or _TOTAL.fullmatch(head[n]) is not None
        if worth or not total or _ASSIGNMENT.fullmatch(head[n]):
            yield n


def _is_special(row: Sequence[str]) -> bool:
    """Tell the rows that are no student's: points possible, posting, the test student's are."""
    first = row[0].strip() if row else ""
    return not any(row) or first == "Points Possible" or (first == "" and len(row) > 1)


def _identity(head: Sequence[str], row: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what a row says of its student, as `Person` calls it."""
    cells = dict(zip(head, row, strict=False))
    for name, attribute in _IDENTIFIERS.items():
        if name in head:
            yield attribute, cells.get(name, "")
    if "LastName" in head and "FirstName" in head:
        yield "name", f"{cells.get('LastName', '')}, {cells.get('FirstName', '')}"
    else:
        yield "name", row[0]


def _writes_commas(sheet: Sheet, numbers: Sequence[int], column: int) -> bool:
    """Tell whether this file writes 7,5: by the column's grades, else by all other numbers."""
    cells = [sheet.rows[n][column] for n in numbers if column < len(sheet.rows[n])]
    others = [cell for n in numbers for cell in sheet.rows[n][column + 1 :]]
    for written in (cells, others):
        marks = [decimal(cell)[1] for cell in written if "," in cell or "." in cell]
        if marks:
            return all(marks)
    return False


def _written(points: float, comma: bool) -> str:
    text = points_text(points)
    return text.replace(".", ",") if comma else text
