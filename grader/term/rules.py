"""The rules of a term, read from `course.toml` and the roster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from grader.errors import UsageError
from grader.submissions.times import Source
from grader.term.attempts import Rule
from grader.term.lateness import Deadline, LatePolicy
from grader.term.times import length, moment, zone

__all__ = ["ExerciseRules", "TermRules", "exercises_named", "extension_of", "term_rules"]


@dataclass(frozen=True)
class ExerciseRules:
    """When an exercise is due, what being late costs, and which attempt counts."""

    due: datetime | None = None
    """In UTC; None: never late."""
    late: LatePolicy = field(default_factory=LatePolicy)
    attempts: Rule = "newest"
    groups: bool = False
    """Whether the groups of the roster hand in one work together."""


@dataclass(frozen=True)
class TermRules:
    """The rules of all exercises."""

    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    times: Source = "file"
    """What says when a file was handed in that was not imported."""
    others: ExerciseRules = field(default_factory=ExerciseRules)
    """Of every exercise that has no rules of its own."""
    exercises: Mapping[str, ExerciseRules] = field(default_factory=dict)

    def of(self, exercise: str) -> ExerciseRules:
        """Return the rules of one exercise."""
        return self.exercises.get(exercise, self.others)

    def deadline(self, exercise: str, extension: str = "") -> Deadline | None:
        """Return when one student's work is due, or None; `extension` as the roster has it."""
        rules = self.of(exercise)
        if rules.due is None:
            return None
        later = extension_of(extension, exercise, rules.due, self.timezone)
        return Deadline(rules.due, later, rules.late)


def term_rules(term: Mapping[str, Any], path: Path | None = None) -> TermRules:
    """Read the rules from the keys of `course.toml`; raises UsageError with `path: key:`."""

    def read(key: str, reader: Any, *values: Any) -> Any:
        try:
            return reader(*values)
        except UsageError as error:
            raise UsageError(f"{path}: {key}: {error}") from None

    local: ZoneInfo = read("timezone", zone, term.get("timezone", "UTC"))
    late = read("late.grace", _policy, term.get("late", {}), LatePolicy())
    others = ExerciseRules(None, late, term.get("attempts", "newest"), term.get("groups", False))
    found = {}
    for name, own in term.get("exercise", {}).items():
        due = own.get("due")
        if due is not None:
            due = read(f"exercise.{name}.due", _due, due, local)
        policy = read(f"exercise.{name}.late.grace", _policy, own.get("late", {}), late)
        found[name] = ExerciseRules(
            due, policy, own.get("attempts", others.attempts), own.get("groups", others.groups)
        )
    return TermRules(local, term.get("times", "file"), others, found)


def _due(written: Any, local: ZoneInfo) -> datetime:
    """Read a due time: a TOML date and time, or a text; a date alone would leave the hour open."""
    if not isinstance(written, str | datetime):
        raise UsageError(f"{written} has no time of day; expected 2026-03-01T23:59:00")
    return moment(written, local)


def _policy(written: Mapping[str, Any], base: LatePolicy) -> LatePolicy:
    changes = {name: value for name, value in written.items() if name != "grace"}
    if "grace" in written:
        changes["grace"] = length(written["grace"])
    return replace(base, **changes)


def extension_of(written: str, exercise: str, due: datetime, local: ZoneInfo) -> timedelta:
    """Return how much more time a roster's cell gives for one exercise.

    A cell holds `2 days` for every exercise, or entries such as `chain-rule: 2 days` and
    `chain-rule: 2026-03-05 23:59`, separated by semicolons; an exercise's own entry goes first.
    Raises UsageError for anything else.
    """
    general = timedelta(0)
    for name, value in _entries(written):
        if not name:
            general = _later(value, due, local)
        elif name == exercise:
            return _later(value, due, local)
    return general


def exercises_named(written: str) -> list[str]:
    """Return the exercises that a roster's cell of extensions names."""
    return [name for name, _ in _entries(written) if name]


def _entries(written: str) -> Iterator[tuple[str, str]]:
    """Yield exercise and length of each entry; the exercise is empty where it is for every one."""
    for entry in filter(None, (part.strip() for part in written.split(";"))):
        name, colon, value = entry.partition(":")
        of_all = not colon or name.strip()[:1].isdigit()
        yield ("", entry) if of_all else (name.strip(), value)


def _later(written: str, due: datetime, local: ZoneInfo) -> timedelta:
    try:
        return length(written)
    except UsageError:
        return max(moment(written, local) - due, timedelta(0))
