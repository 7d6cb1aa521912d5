"""Share the points of an otter question out to its tests, as otter does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.errors import UsageError

__all__ = ["number", "shares", "total"]

MOST_POINTS = 1000


def shares(points: object, worth: Sequence[float | None], place: str) -> list[float]:
    """Return the points of each test.

    `points` is what the question says: a number, a list, `{each: number}` or None; `worth` what
    each test says, or None. One point where nothing says how many. Raises UsageError.
    """
    if isinstance(points, list) and len(points) == len(worth):
        return [number(one, place) for one in points]
    if points is None and any(worth):
        return [one or 0.0 for one in worth]
    whole = total(points, len(worth), place)
    left = whole - sum(one or 0.0 for one in worth)
    unsaid = [one is None for one in worth].count(True)
    if left < 0:
        raise UsageError(f"{place}: points: its tests are worth more than {whole:g}")
    return [left / unsaid if one is None else one for one in worth]


def total(points: object, tests: int, place: str) -> float:
    """Return what a question is worth as a whole."""
    if points is None:
        return 1.0
    if isinstance(points, Mapping):
        return number(points.get("each", 1), place) * max(1, tests)
    if isinstance(points, list):
        return sum(number(one, place) for one in points)
    return number(points, place)


def number(points: object, place: str) -> float:
    """Return points as a number; raises UsageError for what is none."""
    if isinstance(points, bool) or not isinstance(points, int | float):
        raise UsageError(f"{place}: points: expected a number, not {type(points).__name__}")
    if not 0 <= points <= MOST_POINTS:
        raise UsageError(f"{place}: points: expected 0 to {MOST_POINTS}, not {points:g}")
    return float(points)
