"""The record of a file that cannot be graded; needs nothing of what judges numbers."""

from __future__ import annotations

from collections.abc import Mapping

from grader.model import CheckVerdict, Exercise, Isolation, Outcome, Run, Score, Unreadable

__all__ = ["ungraded"]


def ungraded(
    found: Unreadable,
    exercise: Exercise | None,
    *,
    seed: int,
    graded_at: str,
    environment: Mapping[str, str],
) -> Score:
    """Return the record of a file that cannot be graded: every check missing, and the reason."""
    checks = exercise.checks if exercise else ()
    return Score(
        student=found.student,
        exercise=found.exercise or "",
        title=exercise.title if exercise else "",
        path=str(found.path),
        sha256=found.sha256,
        kind=None,
        status="ungraded",
        earned=0.0,
        possible=exercise.possible if exercise else 0.0,
        checks=tuple(
            CheckVerdict(
                check.id,
                check.title,
                check.call,
                Outcome.MISSING,
                0.0,
                check.points,
                feedback=found.reason,
            )
            for check in checks
        ),
        run=Run("not-run", Isolation.NONE, 0.0, 0.0, 0.0, message=found.reason),
        seed=seed,
        graded_at=graded_at,
        environment=environment,
        message=found.reason,
    )
