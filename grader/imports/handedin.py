"""One file that a platform says somebody handed in."""

from __future__ import annotations

from dataclasses import dataclass

from grader.imports.archive import Entry
from grader.submissions.roster import Person

__all__ = ["HandedIn"]


@dataclass(frozen=True)
class HandedIn:
    """A file, whose it is, and what the platform says of it."""

    person: Person
    entry: Entry
    file: str
    """The name that the student gave it."""
    exercise: str = ""
    """Where the platform keeps one folder an assignment; else empty."""
    late: bool = False
    attempt: int = 1
    handed_in: str = ""
