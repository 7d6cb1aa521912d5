"""Find the way through the queue: which address an item has, what comes before and after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from grader.grading.queue import Waiting
from grader.model import Score

__all__ = ["Around", "around", "first_of", "place_of"]

Keys = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Around:
    """Where one is in the queue; addresses, empty where there is none."""

    left: int
    before: str
    after: str


def place_of(item: Waiting, keys: Keys) -> str:
    """Return the address at which an item is decided."""
    asked = urlencode({"queue": "1", "check": item.check})
    return f"/work/{keys[item.student, item.exercise]}?{asked}#decide"


def first_of(items: Sequence[Waiting], keys: Keys) -> str:
    """Return the address of the first item, or of the empty queue."""
    return place_of(items[0], keys) if items else "/queue"


def around(items: Sequence[Waiting], keys: Keys, score: Score, check: str) -> Around:
    """Return what comes before and after a check of a work.

    A work that waits no longer stands before the first one; so after deciding one goes on.
    """
    here = next(
        (
            number
            for number, item in enumerate(items)
            if (item.student, item.exercise, item.check) == (score.student, score.exercise, check)
        ),
        None,
    )
    before = items[here - 1] if here else None
    rest = items if here is None else items[here + 1 :]
    after = rest[0] if rest else None
    return Around(
        len(items),
        "" if before is None else place_of(before, keys),
        "" if after is None else place_of(after, keys),
    )
