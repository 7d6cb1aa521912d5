"""Read points that a person gives: as a number, by the lines of a rubric, or both alike."""

from __future__ import annotations

from grader.errors import UsageError
from grader.model import CheckVerdict

__all__ = ["chosen_criteria", "given_points", "said_by_rubric", "with_rubric"]


def given_points(said: str, criteria: str, verdict: CheckVerdict) -> float | None:
    """Return the points that are said or follow from the criteria; None where neither is there.

    `criteria` are numbers of rubric lines, `1;3`. Raises UsageError where they cannot be.
    """
    said = said.strip()
    chosen = chosen_criteria(criteria, verdict)
    together = sum(verdict.criteria[number - 1].points for number in chosen)
    if not said:
        return together if chosen else None
    try:
        points = float(said.replace(",", "."))
    except ValueError:
        raise UsageError(f"points: expected a number, not {said!r}") from None
    if not 0 <= points <= verdict.possible:
        raise UsageError(f"{verdict.id}: is worth {verdict.possible:g} points, not {said}")
    if chosen and abs(points - together) > 1e-9:
        raise UsageError(f"points {said} and criteria, which give {together:g}, disagree")
    return points


def chosen_criteria(criteria: str, verdict: CheckVerdict) -> list[int]:
    """Return the numbers of the rubric lines that hold; raises UsageError for others."""
    words = [word.strip() for word in criteria.replace(",", ";").split(";") if word.strip()]
    count = len(verdict.criteria)
    for word in words:
        if not (word.isdecimal() and len(word) < 10) or not 1 <= int(word) <= count:
            raise UsageError(f"criteria: expected numbers from 1 to {count}, not {word!r}")
    chosen = sorted({int(word) for word in words})
    if verdict.one_criterion and len(chosen) > 1:
        raise UsageError("criteria: one of them is chosen here, not several")
    return chosen


def with_rubric(text: str, criteria: str, verdict: CheckVerdict) -> str:
    """Say which lines of the rubric hold, then what the person wrote: students read both."""
    lines = said_by_rubric(criteria, verdict)
    return f"{lines}. {text}" if lines and text else lines or text


def said_by_rubric(criteria: str, verdict: CheckVerdict) -> str:
    """Say which lines of the rubric hold, for points without a comment."""
    return "; ".join(verdict.criteria[n - 1].title for n in chosen_criteria(criteria, verdict))
