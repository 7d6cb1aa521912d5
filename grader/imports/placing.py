"""Put imported files where `grader grade` looks: `<student>/<exercise>.ipynb`, latest attempt.

Beside them: `roster.csv`, which sends grades back, and `imported.csv`, a row a file: whose, late
or not, which attempt, and what became of it. Earlier attempts are named there and not unpacked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from grader.imports.archive import Entry, path_shown
from grader.imports.handedin import HandedIn
from grader.outdir import component, write_whole
from grader.spreadsheets import plain_cell, write_rows
from grader.submissions.handedin import shown
from grader.submissions.roster import FILE, merge, read_roster, write_roster

__all__ = ["LOG", "Placed", "place"]

LOG = "imported.csv"
_COLUMNS = ("student", "name", "exercise", "file", "late", "attempt", "handed_in", "became")


@dataclass(frozen=True)
class Placed:
    """What became of one file."""

    student: str
    name: str
    exercise: str
    file: str
    late: bool
    attempt: int
    handed_in: str
    became: str
    """A path below the folder, or why there is none."""
    written: bool = False


def place(
    found: Iterable[HandedIn | Entry],
    into: Path,
    known: Sequence[str],
    exercise: str | None,
) -> list[Placed]:
    """Write the latest attempt of everybody and say what became of every file.

    `exercise` is what all files are for, whatever their names; else the names decide.
    """
    handed = list(found)
    files = [_with_folder_name(item) for item in handed if isinstance(item, HandedIn)]
    others = [item for item in handed if isinstance(item, Entry) and _is_code(item.name)]
    latest: dict[tuple[str, str], HandedIn] = {}
    for item in files:
        if not item.entry.problem and _is_code(item.file):
            key = item.person.student, _exercise(item, known, exercise)
            old = latest.get(key)
            if old is None or _rank(item) >= _rank(old):
                latest[key] = item
    placed = [
        _place(item, latest, into, _exercise(item, known, exercise))
        for item in files
        if _is_code(item.file)
    ]
    placed += [
        Placed("", "", "", path_shown(e.parts), False, 0, "", e.problem or "nobody's: unknown name")
        for e in others
    ]
    write_roster(into / FILE, merge(read_roster(into / FILE), (item.person for item in files)))
    _log(into / LOG, placed)
    return placed


def _with_folder_name(item: HandedIn) -> HandedIn:
    """Name the student as the folder is named: scores and roster must agree on it."""
    person = replace(item.person, student=component(item.person.student))
    return replace(item, person=person)


def _is_code(name: str) -> bool:
    return name.lower().endswith((".ipynb", ".py"))


def _exercise(item: HandedIn, known: Sequence[str], wanted: str | None) -> str:
    """Return the exercise of a file, or its own plain name where that is of none."""
    if wanted is not None:
        return wanted
    from grader.submissions.finding import exercise_named

    for name in (item.exercise, PurePosixPath(item.file).stem):
        named = exercise_named(name, known) if name else None
        if named:
            return named
    return component(PurePosixPath(item.file).stem)


def _rank(item: HandedIn) -> tuple[int, str, str]:
    return item.attempt, item.handed_in, item.entry.modified


def _place(
    item: HandedIn, latest: dict[tuple[str, str], HandedIn], into: Path, exercise: str
) -> Placed:
    student = item.person.student
    suffix = PurePosixPath(item.file).suffix.lower()
    target = into / student / f"{exercise}{suffix}"
    became = item.entry.problem
    written = False
    if not became and latest[item.person.student, exercise] is item:
        target.parent.mkdir(parents=True, exist_ok=True)
        for other in (".ipynb", ".py"):  # an earlier import may have had the other kind
            (target.parent / f"{exercise}{other}").unlink(missing_ok=True)
        target.write_bytes(item.entry.content)
        became, written = f"{student}/{target.name}", True
    return Placed(
        student,
        item.person.name,
        exercise,
        shown(item.file),
        item.late,
        item.attempt,
        item.handed_in or item.entry.modified,
        became or "an earlier attempt",
        written,
    )


def _log(path: Path, placed: Sequence[Placed]) -> None:
    rows = [
        [
            plain_cell(item.student),
            plain_cell(item.name),
            plain_cell(item.exercise),
            plain_cell(item.file),
            "late" if item.late else "",
            str(item.attempt or ""),
            plain_cell(item.handed_in),
            plain_cell(item.became),
        ]
        for item in placed
    ]
    write_whole(path, write_rows([_COLUMNS, *rows]))
