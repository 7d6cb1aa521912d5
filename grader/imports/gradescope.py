"""Read a Gradescope export: `submission_<id>/…` and, beside them, `submission_metadata.yml`.

Gradescope writes the metadata in one place, beside the submissions. A file of that name inside a
submission is a student's file like any other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grader.errors import SubmissionError, UsageError
from grader.imports.archive import Entry
from grader.imports.gradescope_metadata import Record, records_in
from grader.imports.platform import Platform, PlatformFile
from grader.submissions.reading import handle
from grader.submissions.roster import Person

__all__ = ["GRADESCOPE"]

_FOLDER = re.compile(r"submission_([0-9]+)")
_METADATA = "submission_metadata.yml"
MOST_METADATA = 512 << 20
"""Gradescope keeps every test's output in it, so that it is large for a large class."""


@dataclass(frozen=True)
class _Submission:
    """Whose a submission is and when it was handed in."""

    people: tuple[Person, ...]
    when: str = ""
    note: str = ""


def _from_gradescope(entries: Sequence[Entry], _: Sequence[str]) -> Iterator[PlatformFile | Entry]:
    known: dict[tuple[str, ...], _Submission] = {}
    for entry in entries:
        if _is_metadata(entry):
            records = records_in(_text(entry))
            known |= _submissions(entry.parts[:-1], records)
    for entry in entries:
        place = _whose(entry.parts)
        if place is None:
            if not _is_metadata(entry):
                yield entry
            continue
        number = place[-1].removeprefix("submission_")
        found = known.get(place) or _nameless(number, "the metadata does not name it")
        for person in found.people:
            yield PlatformFile(person, entry, entry.name, handed_in=found.when, note=found.note)


def _is_metadata(entry: Entry) -> bool:
    return entry.name == _METADATA and not entry.folder and _whose(entry.parts) is None


def _whose(parts: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the parts up to the first `submission_<id>`: what is below it is the student's."""
    n = next((n for n, part in enumerate(parts) if _FOLDER.fullmatch(part)), None)
    return None if n is None else parts[: n + 1]


def _text(entry: Entry) -> str:
    try:
        return entry.content(MOST_METADATA).decode("utf-8-sig")
    except SubmissionError as error:
        raise UsageError(f"{_METADATA}: {error}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{_METADATA}: cannot be read: {error}") from None


def _submissions(
    folder: tuple[str, ...], records: dict[str, Record | SubmissionError]
) -> dict[tuple[str, ...], _Submission]:
    """Return whose each submission is; one whose record is unclear bears its number."""
    clash = _shared_handles(records)
    found = {}
    for name, record in records.items():
        number = name.removeprefix("submission_")
        if isinstance(record, SubmissionError):
            submission = _nameless(number, f"its entry in the metadata {record}")
        elif any(_handle(one) in clash for one in record.submitters):
            submission = _nameless(number, "its SID or address is that of several people")
        elif not record.submitters:
            submission = _nameless(number, "the metadata names nobody")
        else:
            people = tuple(map(_person, record.submitters))
            if len(people) > 1:
                people = tuple(replace(person, group=name) for person in people)
            submission = _Submission(people, record.created_at)
        found[*folder, name] = submission
    return found


def _shared_handles(records: dict[str, Record | SubmissionError]) -> set[str]:
    """Return the handles that people with different names or addresses would share."""
    people = defaultdict[str, set[tuple[str, ...]]](set)
    for record in records.values():
        for one in record.submitters if isinstance(record, Record) else ():
            known = one.get("name", ""), one.get("email", "").casefold(), one.get("sid", "")
            people[_handle(one)].add(known)
    return {student for student, bearers in people.items() if len(bearers) > 1}


def _handle(one: dict[str, str]) -> str:
    return handle(one.get("sid") or one.get("email") or one.get("name") or "unnamed")


def _person(one: dict[str, str]) -> Person:
    return Person(
        _handle(one), one.get("name", ""), one.get("email", ""), sis_id=one.get("sid", "")
    )


def _nameless(number: str, why: str) -> _Submission:
    student = f"submission-{number}"
    return _Submission((Person(student, gradescope_id=number),), note=f"whose it is: {why}")


GRADESCOPE = Platform(_from_gradescope, _whose)
