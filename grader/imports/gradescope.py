"""Read a Gradescope export: `submission_<id>/…` and `submission_metadata.yml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from grader.errors import UsageError
from grader.imports.archive import Entry
from grader.imports.handedin import HandedIn
from grader.submissions.handedin import handle
from grader.submissions.roster import Person

__all__ = ["from_gradescope"]

_FOLDER = re.compile(r"submission_(\d+)")
_METADATA = "submission_metadata.yml"


def from_gradescope(entries: Iterable[Entry]) -> Iterator[HandedIn | Entry]:
    """Yield whose each file is: by the metadata, else by the number of its submission."""
    found = list(entries)
    people: dict[str, tuple[tuple[Person, ...], str]] = {}
    for entry in found:
        if entry.name == _METADATA:
            people.update(_submitters(entry.content))
    for entry in found:
        if entry.name == _METADATA:
            continue
        number = next(
            (known[1] for part in entry.parts if (known := _FOLDER.fullmatch(part))), None
        )
        if number is None:
            yield entry
            continue
        nobody = (Person(f"submission-{number}", gradescope_id=number),)
        submitters, when = people.get(f"submission_{number}", (nobody, ""))
        for person in submitters or nobody:
            yield HandedIn(person, entry, entry.name, handed_in=when)


def _submitters(content: bytes) -> Iterator[tuple[str, tuple[tuple[Person, ...], str]]]:
    """Read the metadata; its keys are Ruby symbols, `:name`, and it is plain YAML otherwise."""
    import yaml

    try:
        records = yaml.safe_load(content.decode("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        first = str(error).partition("\n")[0]
        raise UsageError(f"{_METADATA}: cannot be read: {first}") from None
    if not isinstance(records, dict):
        raise UsageError(f"{_METADATA}: expected one entry a submission")
    for name, record in records.items():
        if isinstance(record, dict):
            submitters = record.get(":submitters") or []
            found = tuple(_person(each) for each in submitters if isinstance(each, dict))
            yield str(name), (found, str(record.get(":created_at", "")))


def _person(record: Mapping[str, Any]) -> Person:
    name, email, sid = (str(record.get(key) or "") for key in (":name", ":email", ":sid"))
    return Person(handle(sid or email or name), name, email, sis_id=sid)
