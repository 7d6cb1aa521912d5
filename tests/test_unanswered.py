"""Checks without an answer: whose doing it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.judging.places import place_of
from grader.judging.stopped import meaning_of_stop
from grader.judging.unanswered import unanswered
from grader.model import (
    Cell,
    CellRun,
    Check,
    Isolation,
    Outcome,
    Reply,
    Run,
    Submission,
    SubmissionKind,
)

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


@pytest.mark.parametrize(
    ("kind", "line", "place"),
    [
        ("notebook", 2, "cell 3 (line 2)"),
        ("notebook", None, "cell 3"),
        ("module", 12, "hw.py (line 12)"),
        ("module", None, "hw.py (line 11)"),
    ],
)
def test_a_cell_that_stopped_has_a_place_and_a_meaning(
    kind: SubmissionKind, line: int | None, place: str
) -> None:
    first = 11 if kind == "module" else None
    cell = Cell(2, "import torch\nx = torch.tensor(3, requires_grad=True)", line=first)
    submission = Submission("ada-l", "hw", Path("hw.py"), kind, "", (cell,))
    message = "RuntimeError: Only Tensors of floating point and complex dtype can require gradients"
    stopped = CellRun(2, "error", 0.1, message, line)
    assert place_of(submission, stopped) == place
    assert "integers cannot" in meaning_of_stop(stopped, submission)
    assert meaning_of_stop(CellRun(2, "error", 0.1, "KeyError: 'w'", line), submission) == ""
