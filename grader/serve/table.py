"""The table of the class: a row a student, a cell an exercise, filtered as asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.grading.queue import Waiting
from grader.model import Score
from grader.report.class_statistics import graded
from grader.serve.view import View
from grader.submissions.roster import Person

__all__ = ["SHOWN", "Entry", "Line", "lines_of"]

SHOWN = {
    "all": "everybody",
    "waiting": "what waits for me",
    "late": "handed in late",
    "unfinished": "not graded or not final",
    "missing": "something is missing",
}


@dataclass(frozen=True)
class Entry:
    """One student's work for one exercise."""

    key: int
    score: Score
    """The one that counts."""
    waits: int
    """How many things in it wait for a person."""


@dataclass(frozen=True)
class Line:
    """One student."""

    named: str
    full_name: str
    final: float
    possible: float
    entries: tuple[Entry | None, ...]
    """In the order of the exercises; None where nothing was handed in."""


def lines_of(
    scores: Sequence[Score],
    keys: Mapping[tuple[str, str], int],
    waiting: Iterable[Waiting],
    people: Mapping[str, Person],
    exercises: Sequence[str],
    view: View,
    *,
    find: str = "",
    shown: str = "all",
) -> list[Line]:
    """Return the lines that hold `find` in a name and are of the kind that is asked for."""
    waits: dict[tuple[str, str], int] = defaultdict(int)
    for item in waiting:
        waits[item.student, item.exercise] += 1
    by_student: dict[str, dict[str, Entry]] = {student: {} for student in people}
    for score in scores:
        place = score.student, score.exercise
        if place in keys and score.exercise in exercises:
            entry = Entry(keys[place], score, waits[place])
            by_student.setdefault(score.student, {})[score.exercise] = entry
    found = []
    for student, mine in sorted(by_student.items()):
        line = _line(student, mine, people, exercises, view)
        text = f"{line.named} {line.full_name}".casefold()
        if find.casefold() in text and _is(shown, line.entries):
            found.append(line)
    return sorted(found, key=lambda line: line.named) if view.names == "hidden" else found


def _line(
    student: str,
    mine: Mapping[str, Entry],
    people: Mapping[str, Person],
    exercises: Sequence[str],
    view: View,
) -> Line:
    entries = tuple(mine.get(exercise) for exercise in exercises)
    some = [entry for entry in entries if entry is not None]
    final = graded(entry.score for entry in some)  # as the class page counts
    hidden = view.names == "hidden"
    number = min((entry.key for entry in some), default=0)
    named = (f"Student {number}" if number else "Student") if hidden else student
    full_name = "" if hidden or student not in people else people[student].name
    return Line(
        named,
        full_name,
        sum(score.final for score in final),
        sum(score.possible for score in final),
        entries,
    )


def _is(shown: str, entries: Sequence[Entry | None]) -> bool:
    some = [entry for entry in entries if entry is not None]
    if shown == "waiting":
        return any(entry.waits for entry in some)
    if shown == "late":
        return any(entry.score.late is not None for entry in some)
    if shown == "unfinished":
        return any(entry.score.status != "graded" for entry in some)
    return shown != "missing" or len(some) < len(entries)
