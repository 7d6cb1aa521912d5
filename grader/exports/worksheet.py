"""Say which column of Moodle's grading worksheet is which, in whatever language it is.

Heads are in the site's language. Where they are unknown the order and the content tell: the first
column numbers the participants, the maximum is one number for all and stands after the grade, and
the comments are last. What is not certain is asked for with --columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.errors import UsageError
from grader.exports.filling import decimal
from grader.spreadsheets import Sheet
from grader.submissions.naming import folded

__all__ = ["COLUMNS", "Worksheet", "worksheet_of"]

COLUMNS = ("identifier", "name", "email", "grade", "maximum", "feedback")
# English, German, French, Spanish, Italian, Portuguese, Dutch: certain without looking further.
_HEADS = {
    "identifier": ("identifier", "id", "identifiant", "identificador", "identificativo",
                   "id-nummer"),
    "grade": ("grade", "bewertung", "note", "calificación", "valutazione", "nota", "cijfer"),
    "maximum": ("maximum grade", "bestwertung", "note maximale", "calificación máxima",
                "valutazione massima", "nota máxima", "maximumcijfer"),
    "feedback": ("feedback comments", "feedback als kommentar", "commentaires", "feedback",
                 "comentarios de retroalimentación", "comentários de feedback",
                 "feedbackcommentaar"),
    "name": ("full name", "vollständiger name", "nom complet", "nombre completo", "nome completo",
             "volledige naam"),
    "email": ("email address", "e-mail-adresse", "adresse de courriel", "dirección de correo",
              "indirizzo email", "endereço de email", "e-mailadres"),
}  # fmt: skip
_PARTICIPANT = re.compile(r"\D*[^\W\d_]\D*[0-9]+\s*")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True)
class Worksheet:
    """The number of each column; None where the worksheet has none."""

    identifier: int
    grade: int
    name: int | None = None
    email: int | None = None
    maximum: int | None = None
    feedback: int | None = None
    notes: tuple[str, ...] = ()


def worksheet_of(sheet: Sheet, named: Mapping[str, str]) -> Worksheet:
    """Return the columns of a grading worksheet; `named` are those that the instructor names.

    Raises UsageError when it is none, a column is not certain, or grades are of a scale.
    """
    head = [folded(name) for name in sheet.rows[0]]
    body = [row for row in sheet.rows[1:] if any(row)]
    found = {key: _asked(sheet.rows[0], head, key, text) for key, text in named.items()}
    for key, heads in _HEADS.items():
        columns = [n for n, name in enumerate(head) if name in heads and n not in found.values()]
        if key not in found and len(columns) == 1:
            found[key] = columns[0]
    found |= {key: n for key, n in _by_content(body, found) if n not in found.values()}
    if "identifier" not in found or "grade" not in found:
        raise _unknown(sheet, found)
    _refuse_scale(sheet, body, found)
    feedback = found.get("feedback")
    notes = (
        () if feedback is not None else ("no column for comments was found; --columns names it",)
    )
    return Worksheet(
        found["identifier"], found["grade"], found.get("name"), found.get("email"),
        found.get("maximum"), feedback, notes,
    )  # fmt: skip


def _asked(titles: Sequence[str], head: Sequence[str], key: str, text: str) -> int:
    """Return the column that an instructor names by its head or its number, from 1."""
    if key not in COLUMNS:
        raise UsageError(f"--columns: {key!r} is none of {', '.join(COLUMNS)}")
    if head.count(folded(text)) == 1:
        return head.index(folded(text))
    if text in (numbers := [str(number) for number, _ in enumerate(head, 1)]):
        return numbers.index(text)
    raise UsageError(
        f"--columns: {key}: no column {text!r}; the file has: {', '.join(titles)[:300]}"
    )


# ---------------------------------------------------------------- by content


def _by_content(
    body: Sequence[Sequence[str]], found: Mapping[str, int]
) -> Iterator[tuple[str, int]]:
    """Yield what the cells tell of columns whose heads are unknown."""
    if not body:
        return
    width = max(map(len, body))
    columns = [[row[n].strip() if n < len(row) else "" for row in body] for n in range(width)]
    if "identifier" not in found and _numbers_participants(columns[0]):
        yield "identifier", 0
    if "grade" not in found:
        maxima = [n for n in range(2, width) if _is_maximum(columns[n], columns[n - 1])]
        if len(maxima) == 1:
            yield "grade", maxima[0] - 1
            yield "maximum", maxima[0]
    elif "maximum" not in found:
        n = found["grade"] + 1
        if n < width and _is_maximum(columns[n], columns[n - 1]):
            yield "maximum", n
    if "email" not in found:
        addresses = [n for n in range(width) if _all(_ADDRESS, columns[n])]
        if len(addresses) == 1:
            yield "email", addresses[0]
    if "name" not in found and width > 1 and _may_be_names(columns[1]):
        yield "name", 1
    if "feedback" not in found and not any(columns[-1]) and width > 4 and all(columns[-2]):
        yield "feedback", width - 1


def _numbers_participants(cells: Sequence[str]) -> bool:
    words = {re.sub(r"[0-9]+\s*$", "", cell) for cell in cells}
    return _all(_PARTICIPANT, cells) and len(words) == 1 and len(set(cells)) == len(cells)


def _is_maximum(cells: Sequence[str], before: Sequence[str]) -> bool:
    """Tell one number for everybody after a column of grades, or of none yet."""
    numbers = {decimal(cell)[0] for cell in cells}
    (number,) = numbers if len(numbers) == 1 else (None,)
    grades = [decimal(cell)[0] for cell in before if cell not in ("", "-")]
    return number is not None and number > 0 and all(g is not None and g <= number for g in grades)


def _may_be_names(cells: Sequence[str]) -> bool:
    """Tell names from addresses, numbers and a status: every one filled, and not all the same."""
    filled = all(cells) and (len(cells) == 1 or len(set(cells)) > 1)
    return filled and not any("@" in cell or decimal(cell)[0] is not None for cell in cells)


def _all(pattern: re.Pattern[str], cells: Sequence[str]) -> bool:
    return all(pattern.fullmatch(cell) for cell in cells)


# ---------------------------------------------------------------- refusals


def _refuse_scale(sheet: Sheet, body: Sequence[Sequence[str]], found: Mapping[str, int]) -> None:
    """Raise UsageError where the column of the maximum holds words: a scale takes no points."""
    n = found.get("maximum", found["grade"] + 1)
    cells = {row[n].strip() for row in body if n < len(row)}
    graded = [row[found["grade"]].strip() for row in body if found["grade"] < len(row)]
    words = len(cells) == 1 and "," in (scale := next(iter(cells))) and decimal(scale)[0] is None
    grades_are_words = any(cell not in ("", "-") and decimal(cell)[0] is None for cell in graded)
    if words or grades_are_words:
        what = f"a scale ({next(iter(cells))[:80]})" if words else "words"
        raise UsageError(
            f"this worksheet is graded by {what}, not by points; set the assignment's grade type "
            "to Point in Moodle, then download the worksheet again"
        )


def _unknown(sheet: Sheet, found: Mapping[str, int]) -> UsageError:
    missing = " and ".join(key for key in ("identifier", "grade") if key not in found)
    return UsageError(
        "expected Moodle's grading worksheet (Assignment, Download grading worksheet) with the "
        f"columns Identifier and Grade, not: {', '.join(sheet.rows[0])[:300]}. If it is one in "
        f"another language, say which column is {missing}: --columns identifier=1,grade=5"
    )
