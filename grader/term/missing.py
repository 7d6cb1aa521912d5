"""Who of the roster has not handed in what others have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from grader.submissions.roster import Person

__all__ = ["Missing", "who_is_missing"]


@dataclass(frozen=True)
class Missing:
    """One student and the exercises that nothing was handed in for."""

    student: str
    name: str
    exercises: tuple[str, ...]


class HandedIn(Protocol):
    """Something that was handed in, as far as this has to know."""

    @property
    def student(self) -> str:
        """Whose it is."""

    @property
    def exercise(self) -> str:
        """Its exercise; empty where it belongs to none."""


def who_is_missing(scores: Iterable[HandedIn], people: Mapping[str, Person]) -> tuple[Missing, ...]:
    """Return who is missing, in the order of students; an exercise counts once anybody has it."""
    handed_in: dict[str, set[str]] = defaultdict(set)
    for score in scores:
        if score.exercise:
            handed_in[score.exercise].add(score.student)
    found = []
    for student, person in sorted(people.items()):
        lacking = tuple(name for name in sorted(handed_in) if student not in handed_in[name])
        if lacking:
            found.append(Missing(student, person.name, lacking))
    return tuple(found)
