"""Fill the grading worksheet that Moodle exported; everything else stays as it was.

`Last modified (grade)` must stay: Moodle refuses to overwrite a newer grade with it. A comment is
read as HTML there.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence

from grader.errors import UsageError
from grader.exports.filling import Filled, decimal, placed_in, scale_of
from grader.exports.selection import points_text, scaled
from grader.exports.worksheet import Worksheet, worksheet_of
from grader.model import Score
from grader.spreadsheets import Sheet, plain_cell
from grader.submissions.matching import Rows
from grader.submissions.roster import Person

__all__ = ["addresses_in", "fill_moodle"]


def fill_moodle(
    sheet: Sheet,
    scores: Sequence[Score],
    people: Mapping[str, Person],
    *,
    comma: bool = False,
    columns: Mapping[str, str] | None = None,
) -> Filled:
    """Put scores of one exercise into the worksheet; `comma` writes 7,5 where the file is silent.

    `columns` says which column is which where the file's own words are unknown. Raises UsageError
    when the file is no grading worksheet or is graded by a scale.
    """
    known = worksheet_of(sheet, columns or {})
    body = sheet.rows[1:]
    rows = Rows([dict(_identity(known, row)) for row in body])
    placed, left = placed_in(rows, scores, people)
    comma = comma or _writes_commas(known, body)
    cells: dict[tuple[int, int], str] = {}
    scales: set[str] = set()
    for score, row in placed:
        possible = _cell(body[row], known.maximum)
        maximum, _ = decimal(possible)
        scales |= {scale_of(score.possible, maximum)} - {""}
        text = points_text(scaled(score, maximum))
        cells[row + 1, known.grade] = text.replace(".", ",") if comma else text
        if known.feedback is not None:
            cells[row + 1, known.feedback] = plain_cell(_said(score))
    return Filled(
        sheet.filled(cells),
        tuple(score.student for score, _ in placed),
        tuple(left),
        ", ".join(sorted(scales)),
        known.notes,
    )


def addresses_in(sheet: Sheet) -> dict[str, str]:
    """Return e-mail addresses by participant number; raises UsageError where there are none."""
    known = worksheet_of(sheet, {})
    rows = [dict(_identity(known, row)) for row in sheet.rows[1:]]
    found = {row["moodle_id"]: row.get("email", "").strip() for row in rows}
    if not any(found.values()):
        raise UsageError("this worksheet has no e-mail addresses, so it cannot say who is who")
    return found


def _identity(known: Worksheet, row: Sequence[str]) -> Iterator[tuple[str, str]]:
    number = re.search(r"([0-9]+)\s*$", _cell(row, known.identifier))
    yield "moodle_id", number[1] if number else ""
    if known.email is not None:
        yield "email", _cell(row, known.email)
    if known.name is not None:
        yield "name", _cell(row, known.name)


def _writes_commas(known: Worksheet, body: Sequence[Sequence[str]]) -> bool:
    cells = [_cell(row, n) for row in body for n in (known.maximum, known.grade)]
    return any(decimal(cell)[1] for cell in cells)


def _cell(row: Sequence[str], column: int | None) -> str:
    return "" if column is None or column >= len(row) else row[column]


def _said(score: Score) -> str:
    """Return the feedback as HTML, in which code is code and not between backticks."""
    lines = score.message.splitlines() or [
        f"{check.title}: {points_text(check.earned)} of {points_text(check.possible)}."
        f" {check.feedback}"
        for check in score.checks
    ]
    text = html.escape("\n".join(lines), quote=False)
    text = re.sub(r"(`+)(.+?)\1", r"<code>\2</code>", text).replace("`", "")
    return text.replace("\n", "<br>\n")
