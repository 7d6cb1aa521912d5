"""Fill the grading worksheet that Moodle exported; everything else stays as it was.

Column heads are in the site's language, so the worksheet's order is what counts where a name is
not known. `Last modified (grade)` must stay: Moodle refuses to overwrite a newer grade with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from grader.errors import UsageError
from grader.exports.canvas import Filled, plain_name
from grader.exports.selection import final, points_text, scaled
from grader.model import Score
from grader.spreadsheets import Sheet, plain_cell
from grader.submissions.roster import Person

__all__ = ["fill_moodle"]

# English, German, French, Spanish, Italian, Portuguese, Dutch.
_IDENTIFIER = ("identifier", "id", "identifiant", "identificador", "identificativo", "id-nummer")
_GRADE = ("grade", "bewertung", "note", "calificación", "valutazione", "nota", "cijfer")
_MAXIMUM = (
    "maximum grade", "bestwertung", "note maximale", "calificación máxima", "valutazione massima",
    "nota máxima", "maximumcijfer",
)  # fmt: skip
_FEEDBACK = (
    "feedback comments", "feedback als kommentar", "commentaires", "feedback",
    "comentarios de retroalimentación", "comentários de feedback", "feedbackcommentaar",
)  # fmt: skip
_NAME = ("full name", "vollständiger name", "nom complet", "nombre completo", "nome completo",
         "volledige naam")  # fmt: skip
_EMAIL = ("email address", "e-mail-adresse", "adresse de courriel", "dirección de correo",
          "indirizzo email", "endereço de email", "e-mailadres")  # fmt: skip


def fill_moodle(
    sheet: Sheet, scores: Sequence[Score], people: Mapping[str, Person], *, comma: bool = False
) -> Filled:
    """Put scores of one exercise into the worksheet; `comma` writes 7,5 for 7.5.

    Raises UsageError when the file is no grading worksheet.
    """
    head = [name.strip().casefold() for name in sheet.rows[0]]
    identifier, grade = _find(head, _IDENTIFIER), _find(head, _GRADE)
    if identifier is None or grade is None:
        raise UsageError(
            "expected Moodle's grading worksheet (Assignment, Download grading worksheet) with the "
            f"columns Identifier and Grade, not: {', '.join(sheet.rows[0])[:200]}"
        )
    columns = {
        "moodle_id": identifier,
        "email": _find(head, _EMAIL),
        "name": _find(head, _NAME),
    }
    rows = [list(row) for row in sheet.rows]
    done = {score.student for score in final(scores)}
    filled, left = [], []
    maximum = _find(head, _MAXIMUM)
    scales: set[str] = set()
    for score in scores:
        row = _row_of(rows[1:], columns, people.get(score.student, Person(score.student)))
        if score.student not in done:
            left.append(f"{score.student}: provisional; a person has to decide first")
        elif row is None:
            left.append(f"{score.student}: no row has this identifier, address or name")
        else:
            possible = _number(row[maximum]) if maximum is not None else None
            if possible not in (None, score.possible):
                scales.add(f"{points_text(score.possible)} -> {points_text(possible or 0)}")
            _fill(row, head, grade, score, possible, comma)
            filled.append(score.student)
    return Filled(sheet.text(rows), tuple(filled), tuple(left), ", ".join(sorted(scales)))


def _fill(
    row: list[str],
    head: Sequence[str],
    grade: int,
    score: Score,
    possible: float | None,
    comma: bool,
) -> None:
    text = points_text(scaled(score, possible))
    row[grade] = text.replace(".", ",") if comma else text
    feedback = _find(head, _FEEDBACK)
    if feedback is not None:
        row[feedback] = plain_cell(_said(score))


def _said(score: Score) -> str:
    if score.message:
        return score.message
    return "\n".join(
        f"{check.title}: {points_text(check.earned)} of {points_text(check.possible)}."
        f" {check.feedback}"
        for check in score.checks
    )


def _find(head: Sequence[str], names: Sequence[str]) -> int | None:
    return next((n for n, name in enumerate(head) if name in names), None)


def _row_of(
    rows: Sequence[list[str]], columns: Mapping[str, int | None], person: Person
) -> list[str] | None:
    """Return a person's row: by participant number, exact address, else a name of one only."""
    tests: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("moodle_id", lambda cell: bool(person.moodle_id) and _digits(cell) == person.moodle_id),
        ("email", lambda cell: cell.strip() in {person.email, person.student} - {""}),
        ("name", lambda cell: plain_name(cell) == plain_name(person.name or person.student)),
    )
    for key, fits in tests:
        n = columns[key]
        if n is None:
            continue
        found = [row for row in rows if n < len(row) and fits(row[n])]
        if len(found) == 1:
            return found[0]
    return None


def _digits(identifier: str) -> str:
    """Return the number in `Participant 123`, whatever the word is in the site's language."""
    return "".join(c for c in identifier if c.isdigit())


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
