"""Checks without an answer: whose doing it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.judging.absent_cells import of_lost_cell, without_answer
from grader.judging.sentences.places import place_of
from grader.judging.stopped import meaning_of_stop
from grader.judging.unanswered import unanswered
from grader.model import (
    Cell,
    CellRun,
    Check,
    Isolation,
    Lost,
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
        (CELL, "broken", Outcome.BROKEN),
        (CELL, "timeout", Outcome.TIMEOUT),
        (CALL, "completed", Outcome.BROKEN),
    ],
)
def test_a_run_that_did_not_come_to_its_end_says_who_is_to_blame(
    check: Check, run: str, outcome: Outcome
) -> None:
    facts = Run(run, Isolation.FULL, 0.0, 0.0, 0.0)  # type: ignore[arg-type]
    verdict = unanswered(check, Reply(check.id, "not-asked"), facts)
    assert verdict is not None
    assert (verdict.outcome, verdict.earned) == (outcome, 0.0)


@pytest.mark.parametrize(
    ("lost", "outcome", "says"),
    [
        ((), Outcome.MISSING, "No cell bears the tag `training`, and no other cell leaves `w`."),
        ((Lost("training", "undecided"),), Outcome.INCONCLUSIVE, "several could be meant"),
        ((Lost("training", "markdown", "before cell 3"),), Outcome.MISSING, "a Markdown cell (b"),
        ((Lost("training", "raw", "at the end"),), Outcome.MISSING, "a raw cell (at the end)"),
    ],
)
def test_a_cell_that_is_not_there_is_told_as_what_it_is(
    lost: tuple[Lost, ...], outcome: Outcome, says: str
) -> None:
    handed = Submission("ada-l", "demo", Path("demo.ipynb"), "notebook", "", (), lost=lost)
    verdict = of_lost_cell(CELL, handed)
    assert (verdict.outcome, verdict.earned) == (outcome, 0.0)
    assert says in verdict.feedback


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("# Your code here", "has not been filled in"),
        ("%%timeit -n1\nw = 1", "runs under `%%timeit`, which leaves no variables"),
        ("%%bash\nls", "begins with `%%bash`, so it is not run"),
        ("%%time\nv = 1", "leaves nothing of what was asked: `w`"),
        ("v = 1", "leaves nothing of what was asked: `w`"),
    ],
)
def test_a_cell_without_an_answer_is_told_as_what_it_is(source: str, says: str) -> None:
    cells = (Cell(0, source, ("training",)),)
    handed = Submission("ada-l", "demo", Path("demo.ipynb"), "notebook", "", cells)
    assert says in without_answer(CELL, handed)


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
