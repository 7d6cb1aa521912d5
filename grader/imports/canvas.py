"""Read a Canvas bulk download: `lastfirst_[LATE_]<user>_<file id>_<file>`.

Canvas keeps letters, digits and `_` of a name, so two students may share it; the user id tells
them apart. With anonymous grading a name is `[LATE_]anon_<id>`. What was typed in has no file:
`lastfirst_<user>_text.html` or `…_link.html`. A file handed in again gets `-1`, `-2`, … after its
name; the file id counts up with every upload, so the highest is the newest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from grader.imports.archive import Entry
from grader.imports.platform import Platform, PlatformFile
from grader.submissions.naming import exercise_named, is_exact
from grader.submissions.roster import Person

__all__ = ["CANVAS"]

_ANONYMOUS = re.compile(r"(?P<late>LATE_)?anon_(?P<anonymous>[^\W_]+)_(?P<rest>.+)", re.DOTALL)
# `_` may be part of a group's name, and a number of a file's: all ways to read a name are tried.
_NUMBERS = re.compile(r"_(?P<late>LATE_)?(?P<user>[0-9]{1,20})(?=_(?P<rest>.+))", re.DOTALL)
_REST = re.compile(r"(?P<order>[1-9][0-9]{0,17})_(?P<file>.+)", re.DOTALL)
_TYPED = re.compile(r"(?:[0-9]+_)?(?:text|link)\.html")
_AGAIN = re.compile(r"-([0-9]{1,3})$")


def _from_canvas(entries: Sequence[Entry], known: Sequence[str]) -> Iterator[PlatformFile | Entry]:
    found = [_handed_in(entry, known) for entry in entries]
    stems = {
        (item.person.student, PurePosixPath(item.file).stem)
        for item in found
        if isinstance(item, PlatformFile)
    }
    for item in found:
        yield _with_attempt(item, known, stems) if isinstance(item, PlatformFile) else item


def _handed_in(entry: Entry, known: Sequence[str]) -> PlatformFile | Entry:
    """Return whose an entry is, read in the way that fits best; of several that fit, the first.

    Files are counted up with every upload to the whole site, so their ids are beyond those of
    people; and what is left should be an exercise's own name.
    """
    readings = [] if entry.folder else list(_readings(entry))
    if not readings:
        return entry
    return max(
        readings,
        key=lambda item: (
            item.order > int(item.person.canvas_id or 0), _closeness(item.file, known)
        ),
    )  # fmt: skip


def _readings(entry: Entry) -> Iterator[PlatformFile]:
    name = entry.name
    anonymous = _ANONYMOUS.fullmatch(name)
    if anonymous:
        person = Person(f"anon-{anonymous['anonymous']}")
        yield from _parted(entry, person, anonymous["rest"], anonymous["late"] is not None)
        return
    for match in _NUMBERS.finditer(name):
        called = name[: match.start()]
        person = Person(f"{called}-{match['user']}", called, canvas_id=match["user"])
        if called:
            yield from _parted(entry, person, match["rest"], match["late"] is not None)


def _parted(entry: Entry, person: Person, rest: str, late: bool) -> Iterator[PlatformFile]:
    if _TYPED.fullmatch(rest):
        yield PlatformFile(person, entry, rest, late=late)
    elif known := _REST.fullmatch(rest):
        yield PlatformFile(person, entry, known["file"], late=late, order=int(known["order"]))


def _closeness(file: str, known: Sequence[str]) -> int:
    stem = PurePosixPath(file).stem
    bare = _AGAIN.sub("", stem)
    if is_exact(stem, known) or is_exact(bare, known):
        return 2
    return int(exercise_named(stem, known) is not None)


def _with_attempt(
    item: PlatformFile, known: Sequence[str], stems: set[tuple[str, str]]
) -> PlatformFile:
    """Take Canvas's own suffix off a file name, where it is one and no part of the name.

    `hw-1` is an exercise's name where the course has it. Else a number is Canvas's where what
    stands before it names an exercise, or is another file of the same student.
    """
    stem, suffix = PurePosixPath(item.file).stem, PurePosixPath(item.file).suffix
    again = _AGAIN.search(stem)
    if again is None or is_exact(stem, known):
        return item
    bare = stem[: again.start()]
    if exercise_named(bare, known) is None and (item.person.student, bare) not in stems:
        return item
    return PlatformFile(
        item.person,
        item.entry,
        bare + suffix,
        late=item.late,
        attempt=int(again[1]) + 1,
        order=item.order,
    )


CANVAS = Platform(_from_canvas, lambda parts: None)
