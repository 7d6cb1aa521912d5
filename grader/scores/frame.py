"""Scores as a pandas DataFrame; pandas is imported only here and only when asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from grader.errors import UsageError
from grader.model import CheckVerdict, Score

if TYPE_CHECKING:
    import pandas

__all__ = ["CHECK_COLUMNS", "SCORE_COLUMNS", "frame_of"]

SCORE_COLUMNS = (
    *("student", "exercise", "status", "earned", "possible", "late", "final"),
    *("attempt", "handed_in", "message"),
)
CHECK_COLUMNS = (
    *("student", "exercise", "check", "title", "outcome", "earned", "possible"),
    *("mistake", "feedback"),
)


def frame_of(scores: Iterable[Score], by: Literal["score", "check"]) -> pandas.DataFrame:
    """Return a row a score or a row a check; raises UsageError without pandas."""
    try:
        import pandas
    except ImportError:
        raise UsageError(
            "a DataFrame needs pandas: pip install 'gradient-grader[pandas]'"
        ) from None
    if by == "check":
        rows = [_check_row(score, check) for score in scores for check in score.checks]
        return pandas.DataFrame(rows, columns=list(CHECK_COLUMNS))
    if by != "score":
        raise UsageError(f"by={by!r}: expected 'score' or 'check'")
    frame = pandas.DataFrame([_score_row(score) for score in scores], columns=list(SCORE_COLUMNS))
    frame["handed_in"] = pandas.to_datetime(
        frame["handed_in"], utc=True, format="ISO8601", errors="coerce"
    )
    return frame


def _score_row(score: Score) -> tuple[Any, ...]:
    late = score.late.points if score.late else 0.0
    return (
        *(score.student, score.exercise, score.status, score.earned, score.possible, late),
        *(score.final, score.attempt, score.handed_in or None, score.message),
    )


def _check_row(score: Score, check: CheckVerdict) -> tuple[Any, ...]:
    return (
        *(score.student, score.exercise, check.id, check.title, check.outcome.value),
        *(check.earned, check.possible, check.mistake, check.feedback),
    )
