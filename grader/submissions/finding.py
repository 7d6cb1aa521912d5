"""Find what students handed in and say what each file is.

Layouts: `<student>/<exercise>.ipynb|.py`, `<student>/<exercise>/*.ipynb|.py` (nbgrader's),
one student's own folder, one file, and with a given exercise also `<student>.ipynb|.py`. Other
files of the same folder come along where the exercise takes them (`grader.submissions.further`),
beside `<student>.ipynb|.py` those that are named `<student>_<file>` (`grader.submissions.flat`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from grader.errors import SubmissionError, UsageError
from grader.model import Accepts, Submission, Unreadable
from grader.submissions.copying import MAX_ENTRIES
from grader.submissions.flat import files_by_work
from grader.submissions.further import NOTHING, is_accepted, with_further_files
from grader.submissions.naming import exercise_named, is_exact
from grader.submissions.reading import handle, is_plain_name, read_submission, shown
from grader.suggestions import no_such

__all__ = ["find_submissions"]

_SUFFIXES = (".ipynb", ".py")
_MOST_NAMED = 10
_IGNORED = ("__pycache__", "__MACOSX")
_EXPECTED = "expected <student>/<exercise>.ipynb or .py"


@dataclass(frozen=True)
class _Candidate:
    """A notebook or module in a student's folder, and the exercise it is meant for."""

    exercise: str | None
    path: Path
    named: bool = True
    """Whether the file itself bears the exercise's name."""
    remark: str = ""

    @property
    def rank(self) -> tuple[bool, int, str]:
        """Sort the file to grade last: one that bears the name, then the newest."""
        return self.named, _modified(self.path), self.path.name


@dataclass(frozen=True)
class _Problem:
    """Something in a student's folder that cannot be looked into."""

    exercise: str | None
    path: Path
    reason: str


class _Course:
    """The exercises that are known, and which further files each of them takes."""

    def __init__(self, known: Sequence[str], accepts: Mapping[str, Accepts]) -> None:
        self.known = known
        self._accepts = accepts

    def accepts(self, exercise: str) -> Accepts:
        return self._accepts.get(exercise, NOTHING)


def find_submissions(
    root: Path,
    known: Sequence[str],
    exercise: str | None = None,
    accepts: Mapping[str, Accepts] | None = None,
    *,
    own: bool = False,
) -> list[Submission | Unreadable]:
    """Return everything handed in under `root`, in the order of students and exercises.

    `known` are the course's exercises; with `exercise` only that one is looked for. `accepts` says
    by exercise which further files come along. With `own` a single file lies in a folder of its
    student's, whatever its name.
    Raises `UsageError` where the command line is at fault; a student's fault is an `Unreadable`.
    """
    if exercise is not None and exercise not in known:
        raise UsageError(no_such("exercise", exercise, known, " in this course"))
    try:
        course = _Course(known, accepts or {})
        if root.is_file():
            return [_single_file(root, course, exercise, own)]
        return _one_each(_folder(root, course, exercise))
    except OSError as error:
        raise UsageError(f"{root}: {error.strerror}") from None


def _single_file(
    path: Path, course: _Course, exercise: str | None, own: bool
) -> Submission | Unreadable:
    named = exercise_named(path.stem, course.known)
    wanted = exercise or named
    if wanted is None:
        raise UsageError(f"{path}: which exercise is it? Name it with --exercise")
    student = "me" if named == wanted else handle(path.stem)
    found = _read(path.resolve(), student, wanted)
    if own or named == wanted:
        return _with_further(found, course)
    # Beside a file that is named after its student lies the work of others.
    accepts = course.accepts(wanted)
    entries = _entries(found.path.parent) if accepts != NOTHING else []
    return _with_flat(found, files_by_work(entries, accepts).get(found.path, {}), course)


def _folder(root: Path, course: _Course, exercise: str | None) -> Iterator[Submission | Unreadable]:
    entries = _entries(root)
    if any(_is_for(entry, course.known) for entry in entries):
        yield from _student(root, course, exercise)
        return
    beside = files_by_work(entries, course.accepts(exercise)) if exercise else {}
    along = {path for files in beside.values() for path in files.values()}
    for path in entries:
        if path in along:
            continue
        if path.is_symlink():
            yield Unreadable(handle(path.name), exercise, path, _link(path))
        elif path.is_dir():
            yield from _student(path, course, exercise)
        elif _is_code(path) and exercise:
            found = _read(path, handle(path.stem), exercise)
            yield _with_flat(found, beside.get(path, {}), course)
        elif _is_code(path):
            reason = (
                f"{shown(path.name)} lies beside the students' folders; {_EXPECTED}. "
                "Where works lie here as <student>.py, --exercise says what they are for"
            )
            yield Unreadable(handle(path.stem), None, path, reason)


# ---------------------------------------------------------------- one student's folder


def _student(
    folder: Path, course: _Course, wanted: str | None
) -> Iterator[Submission | Unreadable]:
    known = course.known
    name = folder.name or folder.resolve().name
    student = handle(name)
    try:
        if not is_plain_name(name):
            raise SubmissionError("has a name that is too long or not printable")
        found = list(_handed_in(folder, known))
        if not found:
            raise SubmissionError(f"holds no notebook or module; {_EXPECTED}")
    except (SubmissionError, PermissionError) as error:
        reason = error if isinstance(error, SubmissionError) else "cannot be read: no permission"
        yield Unreadable(student, wanted, folder, f"the folder {shown(name)} {reason}")
        return
    along: set[Path] = set()
    for exercise in known:
        if wanted in (None, exercise):
            for read, its in _graded(
                student, exercise, _candidates(found, exercise, wanted), course
            ):
                along |= its
                yield read
    for item in found:
        if item.path in along and (item.exercise is None or isinstance(item, _Problem)):
            continue  # a remark on the work says what became of it
        if isinstance(item, _Problem) and wanted in (None, item.exercise):
            yield Unreadable(student, item.exercise, item.path, item.reason)
        elif isinstance(item, _Candidate) and item.exercise is None and wanted is None:
            name = shown(item.path.name)
            reason = f"{name} bears the name of no exercise of this course: {', '.join(known)}"
            yield Unreadable(student, None, item.path, reason)


def _handed_in(folder: Path, known: Sequence[str]) -> Iterator[_Candidate | _Problem]:
    for path in _readable_entries(folder):
        exercise = exercise_named(_stem(path), known)
        if path.is_symlink():
            yield _Problem(exercise, path, _link(path))
        elif path.is_dir():
            yield from _inner_folder(path, exercise, known)
        elif _is_code(path):
            remark = f"Graded as {exercise}, although the file is named {shown(path.name)}."
            exact = exercise in (None, path.stem)
            yield _Candidate(exercise, path, exercise is not None, "" if exact else remark)


def _inner_folder(
    folder: Path, exercise: str | None, known: Sequence[str]
) -> Iterator[_Candidate | _Problem]:
    try:
        inside = [path for path in _readable_entries(folder) if _is_code(path)]
        if exercise is not None and not inside:
            raise SubmissionError("holds no notebook or module")
    except SubmissionError as error:
        yield _Problem(exercise, folder, f"the folder {shown(folder.name)} {error}")
        return
    for path in inside:
        named = exercise is not None and exercise_named(path.stem, known) == exercise
        yield _Candidate(exercise, path, named)


def _readable_entries(folder: Path) -> list[Path]:
    try:
        return _entries(folder, most=MAX_ENTRIES)
    except OSError as error:
        raise SubmissionError(f"cannot be read: {error.strerror}") from None


def _candidates(
    found: Sequence[_Candidate | _Problem], exercise: str, wanted: str | None
) -> list[_Candidate]:
    """Return the files for one exercise; one asked for by name may have any name itself."""
    files = [item for item in found if isinstance(item, _Candidate)]
    named = [file for file in files if file.exercise == exercise]
    return named or [file for file in files if file.exercise is None and wanted is not None]


def _graded(
    student: str, exercise: str, candidates: Sequence[_Candidate], course: _Course
) -> Iterator[tuple[Submission | Unreadable, set[Path]]]:
    """Yield the one file that counts among those handed in for an exercise, with its further ones.

    Beside it come the paths of what came along. Of files that do not bear its name, one that could
    not come along is the work.
    """
    if not candidates:
        return
    accepts = course.accepts(exercise)
    *others, chosen = sorted(
        candidates,
        key=lambda each: (each.named, not is_accepted(each.path.name, accepts), *each.rank),
    )
    found = _read(chosen.path, student, exercise, [chosen.remark] if chosen.remark else [])
    found = _with_further(found, course)
    along = _along(found, course)
    others = [item for item in others if item.path not in along]
    if others:
        said = _passed_over(len(others) + 1, chosen.path, [item.path for item in others])
        if isinstance(found, Submission):
            found = replace(found, remarks=(*found.remarks, said))
    yield found, along


def _with_further(found: Submission | Unreadable, course: _Course) -> Submission | Unreadable:
    """Let the files beside a work come along that its exercise takes."""
    if isinstance(found, Unreadable):
        return found
    beside: dict[str, Path] = {}
    for folder in _folders_of(found):
        try:
            entries = _readable_entries(folder)
        except SubmissionError:
            continue
        for path in entries:
            # What bears an exercise's name is a work itself, or another copy of this one.
            if not _is_code(path) or exercise_named(path.stem, course.known) is None:
                beside.setdefault(path.name, path)
    return with_further_files(found, beside, course.accepts(found.exercise))


def _with_flat(
    found: Submission | Unreadable, beside: Mapping[str, Path], course: _Course
) -> Submission | Unreadable:
    if isinstance(found, Unreadable) or not beside:
        return found
    return with_further_files(found, beside, course.accepts(found.exercise))


def _folders_of(found: Submission) -> list[Path]:
    """Return where further files lie: beside the work, and where an import has put them."""
    own = found.path.parent
    imported = own / found.exercise
    return [own, imported] if imported.is_dir() and not imported.is_symlink() else [own]


def _along(found: Submission | Unreadable, course: _Course) -> set[Path]:
    """Return the paths of the further files that came along, or that a remark says did not."""
    if isinstance(found, Unreadable):
        return set()
    accepts = course.accepts(found.exercise)
    names = [file.name for file in found.files]
    names += [name for name, _ in found.left_out if is_accepted(name, accepts)]
    folders = _folders_of(found)
    along = {folder / name for folder in folders for name in (*names, *accepts.given)}
    return along | set(folders[1:])


def _one_each(
    found: Iterator[Submission | Unreadable],
) -> list[Submission | Unreadable]:
    """Keep one of everything found for the same student and exercise: one record each."""
    groups: dict[tuple[str, str | None], list[Submission | Unreadable]] = {}
    for item in found:
        groups.setdefault((item.student, item.exercise), []).append(item)
    return [_joined(group) for group in groups.values()]


def _joined(group: Sequence[Submission | Unreadable]) -> Submission | Unreadable:
    if len(group) == 1:
        return group[0]
    unreadable = [item for item in group if isinstance(item, Unreadable)]
    problems = [item.reason for item in unreadable[:_MOST_NAMED]]
    graded = [item for item in group if isinstance(item, Submission)]
    if not graded:
        return replace(unreadable[0], reason="; ".join(problems))
    *others, chosen = sorted(graded, key=lambda item: _modified(item.path))
    notes = [f"Also handed in: {problem}." for problem in problems]
    if others:
        notes.append(_passed_over(len(graded), chosen.path, [item.path for item in others]))
    return replace(chosen, remarks=(*chosen.remarks, *notes))


def _passed_over(number: int, chosen: Path, others: Sequence[Path]) -> str:
    names = ", ".join(shown(other.name) for other in others[:_MOST_NAMED])
    return f"{number} files for this exercise: {shown(chosen.name)} is graded, not {names}."


# ---------------------------------------------------------------- files and their names


def _read(
    path: Path, student: str, exercise: str, remarks: Sequence[str] = ()
) -> Submission | Unreadable:
    if path.suffix.lower() not in _SUFFIXES:
        reason = f"{shown(path.name)} is neither a notebook (.ipynb) nor a module (.py)"
        return Unreadable(student, exercise, path, reason)
    return read_submission(path, student, exercise, remarks)


def _entries(folder: Path, most: int | None = None) -> list[Path]:
    """Return the visible entries of a folder by name, raising once there are more than `most`."""
    with os.scandir(folder) as entries:
        names = [entry.name for entry in islice(entries, most and most + 1)]
    if most and len(names) > most:
        raise SubmissionError(f"holds more than {most} files")
    visible = (name for name in names if not name.startswith(".") and name not in _IGNORED)
    return [folder / name for name in sorted(visible)]


def _is_for(entry: Path, known: Sequence[str]) -> bool:
    """Tell whether an entry is an exercise's: a file with a copy's name too, a folder is exact.

    A folder whose name only contains an exercise's may be a student's or a team's.
    """
    if _is_code(entry):
        return exercise_named(entry.stem, known) is not None
    return is_exact(entry.name, known)


def _is_code(path: Path) -> bool:
    return path.suffix.lower() in _SUFFIXES


def _stem(path: Path) -> str:
    return path.stem if _is_code(path) else path.name


def _modified(path: Path) -> int:
    try:
        return path.lstat().st_mtime_ns
    except OSError:
        return 0


def _link(path: Path) -> str:
    return f"{shown(path.name)} is a symbolic link; hand in the files themselves"
