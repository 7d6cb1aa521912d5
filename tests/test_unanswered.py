"""Checks without an answer: whose doing it is."""

from __future__ import annotations

import pytest

from grader.judging.unanswered import unanswered
from grader.model import Check, Isolation, Outcome, Reply, Run

CELL = Check("training", "Training", 6.0, cell="training", asked={"w": "w"}, expect="trained")
CALL = Check("fit", "Fit", 6.0, call="fit")


@pytest.mark.parametrize(
    ("check", "run", "outcome"),
    [
        (CELL, "completed", Outcome.MISSING),
        (CELL, "broken", Outcome.BROKEN),
        (CELL, "timeout", Outcome.TIMEOUT),
        (CALL, "completed", Outcome.BROKEN),
    ],
)
def test_a_cell_without_its_tag_is_the_students(check: Check, run: str, outcome: Outcome) -> None:
    facts = Run(run, Isolation.FULL, 0.0, 0.0, 0.0)  # type: ignore[arg-type]
    verdict = unanswered(check, Reply(check.id, "not-asked"), facts)
    assert verdict is not None
    assert (verdict.outcome, verdict.earned) == (outcome, 0.0)


def test_a_lost_tag_is_named() -> None:
    run = Run("completed", Isolation.FULL, 0.0, 0.0, 0.0)
    verdict = unanswered(CELL, Reply("training", "not-asked"), run)
    assert verdict is not None
    assert "lost its tag" in verdict.feedback
