"""Put imported files where `grader grade` looks: `<student>/<exercise>.ipynb`, newest attempt.

Further files that the exercise takes along with a work go into `<student>/<exercise>/`.
Beside them: `roster.csv`, which sends grades back, and `imported.csv`, a row a file: whose, late
or not, which attempt, and what became of it. Everybody who handed in anything has a row in both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from grader.errors import SubmissionError
from grader.imports.archive import Entry, path_shown
from grader.imports.platform import PlatformFile
from grader.model import Accepts
from grader.outdir import component, write_whole
from grader.spreadsheets import plain_cell, write_rows
from grader.submissions.further import NOTHING, is_accepted
from grader.submissions.matching import Known
from grader.submissions.naming import exercise_named, is_exact
from grader.submissions.reading import is_plain_name, shown
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

    item: PlatformFile
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
    found: Iterable[PlatformFile | Entry],
    into: Path,
    known: Sequence[str],
    exercise: str | None,
    accepts: Mapping[str, Accepts] | None = None,
    course_roster: Mapping[str, Person] | None = None,
) -> list[Placed]:
    """Write the newest attempt of everybody and say what became of every file.

    `exercise` is what all files are for, whatever their names; else the names decide. `accepts`
    says by exercise which further files come along with a work. Who is on the course's own roster
    gets the handle of that one; else the roster of an earlier import says it.
    """
    handed = list(found)
    listed, roster = course_roster or {}, read_roster(into / FILE)
    rosters = (Known(listed.values()), Known(roster.values()))
    files = [
        _File(named, _exercise(named, known, exercise))
        for item in handed
        if isinstance(item, PlatformFile)
        for named in [_with_folder_name(item, rosters)]
    ]
    along = _along(files, known, accepts or {})
    became = _written([file for file in files if id(file) not in along], into)
    for file in files:
        if id(file) not in along and became[id(file)][1]:
            _clear(into / file.item.person.student / file.exercise)
    became |= _written_along(along, files, into)
    seen = {id(file): _placed(file, *became[id(file)]) for file in files}
    for key, exercises in along.items():
        seen[key] = replace(seen[key], exercise=exercises[0])
    placed = [seen[id(file)] for file in _worth_a_row(files)]
    placed += [_nobodys(entry) for entry in handed if isinstance(entry, Entry) and not entry.folder]
    here = {file.item.person.student for file in files}
    roster = {name: listed[name] for name in here & set(listed)} | roster
    write_roster(into / FILE, merge(roster, _people(files, seen)))
    _log(into / LOG, placed)
    return placed


def _with_folder_name(item: PlatformFile, rosters: Sequence[Known]) -> PlatformFile:
    """Name the student as a roster does, or as the folder is named: both must agree on it."""
    handles = filter(None, (people.handle_of(item.person) for people in rosters))
    student = next(handles, None) or component(item.person.student)
    if student.lower() in (FILE, LOG):  # these lie beside the students' folders
        student = component(f"{student}/")
    return replace(item, person=replace(item.person, student=student))


def _along(
    files: Sequence[_File], known: Sequence[str], accepts: Mapping[str, Accepts]
) -> dict[int, list[str]]:
    """Return which files come along with the works for which exercises.

    They lie in the folder of a work of the same student, and do not bear an exercise's name; of
    files that all could come along, the first by name is the work.
    """
    groups = defaultdict[tuple[str, tuple[str, ...]], list[_File]](list)
    for file in files:
        if not file.item.entry.folder:
            groups[file.item.person.student, file.item.entry.parts[:-1]].append(file)
    along: dict[int, list[str]] = {}
    for group in groups.values():
        works = [file for file in group if _is_code(file.item.file)]
        named = [file for file in works if _is_named(file.item, known)]
        for exercise in sorted({file.exercise for file in named or works} & set(known)):
            takes = accepts.get(exercise, NOTHING)
            rest = [file for file in group if file not in named]
            taken = [file for file in rest if is_accepted(file.item.file, takes)]
            if not named and len([file for file in works if file not in taken]) == 0:
                taken = [file for file in taken if file is not works[0]]
            for file in taken:
                along.setdefault(id(file), []).append(exercise)
    return along


def _is_named(item: PlatformFile, known: Sequence[str]) -> bool:
    return exercise_named(PurePosixPath(item.file).stem, known) is not None


def _written_along(
    along: Mapping[int, Sequence[str]],
    files: Sequence[_File],
    into: Path,
) -> dict[int, tuple[str, bool]]:
    """Write the further files; returns what became of each."""
    found: dict[int, tuple[str, bool]] = {}
    for file in files:
        for exercise in along.get(id(file), ()):
            folder = into / file.item.person.student / exercise
            try:
                found.setdefault(id(file), (_write_along(file.item, folder), True))
            except SubmissionError as error:
                found[id(file)] = str(error), False
    return found


def _clear(folder: Path) -> None:
    """Remove what an earlier import has put there."""
    if folder.is_symlink():
        folder.unlink()
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_symlink() or path.is_file():
            path.unlink()


def _write_along(item: PlatformFile, folder: Path) -> str:
    name = item.file
    if not is_plain_name(name) or PurePosixPath(name).name != name or name in (".", ".."):
        raise SubmissionError("has a name that is too long or not printable")
    content = item.entry.content()
    _real(folder.parent)
    _real(folder)
    (folder / name).write_bytes(content)
    return f"{folder.parent.name}/{folder.name}/{name}"


def _is_code(name: str) -> bool:
    return name.lower().endswith(_CODE)


def _exercise(item: PlatformFile, known: Sequence[str], wanted: str | None) -> str:
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


def _no_code(item: PlatformFile) -> str:
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


def _write(item: PlatformFile, into: Path, student: str, exercise: str) -> str:
    content = item.entry.content()
    target = into / student / f"{exercise}{PurePosixPath(item.file).suffix.lower()}"
    _real(target.parent)
    for other in _CODE:  # an earlier import may have had the other kind
        (target.parent / f"{exercise}{other}").unlink(missing_ok=True)
    target.write_bytes(content)
    return f"{student}/{target.name}"


def _real(folder: Path) -> None:
    """Make a folder; raises SubmissionError where a link lies, which would lead elsewhere."""
    if folder.is_symlink():
        raise SubmissionError(f"{folder} is a link, which is not followed")
    folder.mkdir(parents=True, exist_ok=True)


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
