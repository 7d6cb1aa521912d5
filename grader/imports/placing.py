"""Put imported files where `grader grade` looks: `<student>/<exercise>.ipynb`, newest attempt.

Beside them: `roster.csv`, which sends grades back, and `imported.csv`, a row a file: whose, late
or not, which attempt, and what became of it. Everybody who handed in anything has a row in both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from grader.errors import SubmissionError
from grader.imports.archive import Entry, path_shown
from grader.imports.handedin import HandedIn
from grader.outdir import component, write_whole
from grader.spreadsheets import plain_cell, write_rows
from grader.submissions.handedin import shown
from grader.submissions.matching import Known
from grader.submissions.naming import exercise_named, is_exact
from grader.submissions.roster import FILE, Person, merge, read_roster, write_roster

__all__ = ["LOG", "Placed", "place"]

LOG = "imported.csv"
_COLUMNS = ("student", "name", "exercise", "file", "late", "attempt", "handed_in", "became")
_CODE = (".ipynb", ".py")
_ARCHIVES = {".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".xz", ".bz2", ".zst"}
_TEXT = {".html", ".htm", ".txt", ".md", ".rtf"}
_NO_CODE = "hand in the notebook (.ipynb) or module (.py) itself"


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


@dataclass(frozen=True)
class _File:
    """A file of somebody, and the exercise that it is for."""

    item: HandedIn
    exercise: str

    @property
    def key(self) -> tuple[str, str]:
        return self.item.person.student, self.exercise

    @property
    def rank(self) -> tuple[int, int, str, str, bool]:
        """Sort the file that counts last: the platform's own counting first."""
        item = self.item
        exact = is_exact(PurePosixPath(item.file).stem, [self.exercise])
        return item.order, item.attempt, item.handed_in, item.entry.modified, exact


def place(
    found: Iterable[HandedIn | Entry],
    into: Path,
    known: Sequence[str],
    exercise: str | None,
) -> list[Placed]:
    """Write the newest attempt of everybody and say what became of every file.

    `exercise` is what all files are for, whatever their names; else the names decide.
    """
    handed = list(found)
    roster = read_roster(into / FILE)
    people = Known(roster.values())
    files = [
        _File(named, _exercise(named, known, exercise))
        for item in handed
        if isinstance(item, HandedIn)
        for named in [_with_folder_name(item, people)]
    ]
    became = _written(files, into)
    seen = {id(file): _placed(file, *became[id(file)]) for file in files}
    placed = [seen[id(file)] for file in _worth_a_row(files)]
    placed += [_nobodys(entry) for entry in handed if isinstance(entry, Entry) and not entry.folder]
    write_roster(into / FILE, merge(roster, _people(files, seen)))
    _log(into / LOG, placed)
    return placed


def _with_folder_name(item: HandedIn, people: Known) -> HandedIn:
    """Name the student as the roster does, or as the folder is named: both must agree on it."""
    student = people.handle_of(item.person) or component(item.person.student)
    return replace(item, person=replace(item.person, student=student))


def _is_code(name: str) -> bool:
    return name.lower().endswith(_CODE)


def _exercise(item: HandedIn, known: Sequence[str], wanted: str | None) -> str:
    """Return the exercise of a file, or its own plain name where that is of none."""
    if wanted is not None:
        return wanted
    for name in (item.exercise, PurePosixPath(item.file).stem):
        named = exercise_named(name, known) if name else None
        if named:
            return named
    return component(PurePosixPath(item.file).stem)


# ---------------------------------------------------------------- writing


def _written(files: Sequence[_File], into: Path) -> dict[int, tuple[str, bool]]:
    """Write the newest file that can be read for every student and exercise.

    Returns what became of each file, and whether it was written.
    """
    became: dict[int, tuple[str, bool]] = {}
    attempts = defaultdict[tuple[str, str], list[_File]](list)
    for file in files:
        reason = _no_code(file.item)
        if reason:
            became[id(file)] = reason, False
        else:
            attempts[file.key].append(file)
    for key, tried in attempts.items():
        done = False
        # Backwards, so that of two equals the later one in the archive counts.
        for file in sorted(tried, key=lambda each: each.rank)[::-1]:
            if done:
                became[id(file)] = "an earlier attempt", False
                continue
            try:
                path = _write(file.item, into, *key)
            except SubmissionError as error:
                became[id(file)] = str(error), False
            else:
                became[id(file)], done = (path, True), True
    return became


def _no_code(item: HandedIn) -> str:
    """Say why an entry cannot be anybody's code; empty where it can be."""
    suffix = PurePosixPath(item.file).suffix.lower()
    if item.entry.folder:
        return f"nothing is in this folder; {_NO_CODE}"
    if item.entry.problem and not _is_code(item.file):
        return item.entry.problem
    if _is_code(item.file):
        return ""
    if suffix in _ARCHIVES:
        return f"is an archive, which is not opened; {_NO_CODE}"
    kind = "is text" if suffix in _TEXT else "is no code"
    return f"{kind}; {_NO_CODE}"


def _write(item: HandedIn, into: Path, student: str, exercise: str) -> str:
    content = item.entry.content()
    target = into / student / f"{exercise}{PurePosixPath(item.file).suffix.lower()}"
    target.parent.mkdir(parents=True, exist_ok=True)
    for other in _CODE:  # an earlier import may have had the other kind
        (target.parent / f"{exercise}{other}").unlink(missing_ok=True)
    target.write_bytes(content)
    return f"{student}/{target.name}"


# ---------------------------------------------------------------- what is said


def _placed(file: _File, became: str, written: bool) -> Placed:
    item = file.item
    return Placed(
        item.person.student,
        item.person.name,
        file.exercise if _is_code(item.file) else "",
        shown(item.file),
        item.late,
        item.attempt,
        item.handed_in or item.entry.modified,
        became,
        written,
    )


def _worth_a_row(files: Sequence[_File]) -> list[_File]:
    """Leave out the empty folders of those who have files, too."""
    with_files = {file.item.person.student for file in files if not file.item.entry.folder}
    rows = []
    for file in files:
        student = file.item.person.student
        if not file.item.entry.folder or student not in with_files:
            rows.append(file)
            with_files.add(student)  # one row for all empty folders of one student
    return rows


def _nobodys(entry: Entry) -> Placed:
    became = entry.problem or "nobody's: unknown name"
    return Placed("", "", "", path_shown(entry.parts), False, 0, "", became)


def _people(files: Sequence[_File], seen: dict[int, Placed]) -> list[Person]:
    """Return everybody, with a note on whose work it may be, or why nothing can be graded."""
    graded = {seen[id(file)].student for file in files if seen[id(file)].written}
    notes = {file.item.person.student: file.item.note for file in files if file.item.note}
    for file in files:
        placed = seen[id(file)]
        if placed.student not in graded and not (
            file.item.entry.folder and placed.student in notes
        ):
            notes[placed.student] = f"{placed.file}: {placed.became}"
    return [
        replace(file.item.person, note=notes.get(file.item.person.student, "")) for file in files
    ]


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
