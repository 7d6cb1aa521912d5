"""Scores of a gradebook, kept in memory: only those that have changed are read again.

Reading a record takes a millisecond, which is seconds for a class of hundreds. Whatever changes a
score or decides about it counts up the revision of its newest attempt, whoever does it from
wherever; so what bears the same version is the same.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

from grader.model import Score
from grader.scores.decisions import Decisions
from grader.scores.gradebook import Gradebook

__all__ = ["Remembered"]

_Key = tuple[str, str]


class Remembered:
    """What `Gradebook` says of scores, without their notebooks; any thread may ask."""

    def __init__(self, gradebook: Gradebook) -> None:
        self._gradebook = gradebook
        self._lock = threading.Lock()
        self._newest: dict[_Key, tuple[str, Score]] = {}
        self._all: dict[_Key, tuple[str, tuple[Score, ...]]] = {}

    def each_score(self) -> Iterator[Score]:
        """Yield the newest score of each student and exercise, in order."""
        with self._lock:
            self._newest = self._gradebook.newest_scores(self._newest)
            found = [score for _, score in self._newest.values()]
        yield from found

    def scores_of(self, student: str, exercise: str) -> tuple[Score, ...]:
        """Return the scores of all attempts, the oldest first."""
        key = student, exercise
        with self._lock:
            version = self._newest[key][0] if key in self._newest else ""
            kept = self._all.get(key)
            if kept is None or not version or kept[0] != version:
                kept = version, self._gradebook.scores_of(student, exercise)
                self._all[key] = kept
        return kept[1]

    def decisions(self) -> Decisions:
        """Read all decisions."""
        return self._gradebook.decisions()

    def with_attempts(self) -> tuple[_Key, ...]:
        """Read which student has handed in more than one file for which exercise."""
        return self._gradebook.with_attempts()
