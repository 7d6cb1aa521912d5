"""Choose the scores to export, and put their points on another scale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from grader.errors import UsageError
from grader.model import Score
from grader.scores.record import read_scores

__all__ = ["final", "one_exercise", "points_text", "scaled", "scores_in"]


def scores_in(path: Path, exercise: str | None = None) -> tuple[Score, ...]:
    """Read the scores of an output folder or a record; raises UsageError when there are none."""
    file = path / "scores.json" if path.is_dir() else path
    if not file.is_file():
        raise UsageError(f"{path}: no scores.json here; grade first: grader grade SUBMISSIONS")
    found = tuple(
        score for score in read_scores(file) if exercise is None or score.exercise == exercise
    )
    if not found:
        which = f" of {exercise!r}" if exercise else ""
        raise UsageError(f"{file}: holds no score{which}")
    return found


def one_exercise(scores: Sequence[Score]) -> str:
    """Return the exercise that all scores are of; raises UsageError when there are several."""
    names = sorted({score.exercise for score in scores if score.exercise})
    if len(names) != 1:
        raise UsageError(f"which exercise? Name it with --exercise: {', '.join(names)}")
    return names[0]


def final(scores: Iterable[Score]) -> tuple[Score, ...]:
    """Return the scores that are not provisional; what cannot be read is 0, with a reason."""
    return tuple(score for score in scores if score.status != "provisional")


def scaled(score: Score, possible: float | None) -> float:
    """Return the points of a score where the whole is worth `possible`, rounded to two decimals."""
    if possible is None or score.possible == 0 or possible == score.possible:
        return round(score.final, 2)
    return round(score.final * possible / score.possible, 2)


def points_text(points: float) -> str:
    """Write points with a point and without needless zeros."""
    return f"{points:.2f}".rstrip("0").rstrip(".")
