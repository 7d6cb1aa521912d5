"""One file that a platform says somebody handed in, and how a platform's download is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from grader.imports.archive import Entry, Whose
from grader.submissions.roster import Person

__all__ = ["Platform", "PlatformFile"]


@dataclass(frozen=True)
class PlatformFile:
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
    order: int = 0
    """A number that the platform counts up with every file; 0 where it has none."""
    note: str = ""
    """What an instructor should know about whose it is."""


@dataclass(frozen=True)
class Platform:
    """How one platform names what it hands out."""

    read: Callable[[Sequence[Entry], Sequence[str]], Iterator[PlatformFile | Entry]]
    """Entries and the course's exercises to whose each file is; what is nobody's stays as it is."""
    whose: Whose
