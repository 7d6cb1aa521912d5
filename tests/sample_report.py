"""Build the committed report of the sample class: `python -m tests.sample_report`.

Date and machine are fixed, and what a run took stays as it was while the run went the same way,
so that the files change only when what they say changes. Look at the difference before you
commit it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from grader.course.loading import Course
from grader.grading.pipeline import Order, grade
from grader.model import Isolation, Run, Score
from grader.outdir import score_directory
from grader.report.similarity import Alike, alike
from grader.report.writing import write_class, write_student
from grader.scores.record import read_scores, write_score, write_scores
from grader.submissions.finding import find_submissions

__all__ = ["ROOT", "SAMPLE", "build", "graded_sample", "kept_sample", "write_pages"]

ROOT = Path(__file__).resolve().parent.parent
CLASS = Path("tests") / "sample-class"
SAMPLE = ROOT / "reports" / "sample"
SEED = 20_261
_GRADED_AT = "2026-01-31T12:00:00+00:00"
_ENVIRONMENT = {"grader": "0.1.0", "python": "3.11", "torch": "2", "numpy": "2", "threads": "1"}


class _Silent:
    """An observer that says nothing."""

    def begins(self, total: int, unchanged: int) -> None:
        """Hear how many there are."""

    def isolated(self, isolation: Isolation, reason: str) -> None:
        """Hear how they are isolated."""

    def graded(self, score: Score) -> None:
        """Hear of one more."""


def graded_sample() -> tuple[Score, ...]:
    """Grade the sample class in the sandbox of this machine, and level what is not about it."""
    with tempfile.TemporaryDirectory() as out, contextlib.chdir(ROOT):
        order = Order(
            CLASS, Course(ROOT), Path(out), jobs=os.cpu_count() or 1, trusted=True, seed=SEED
        )
        graded = [_with_notebook(score, Path(out)) for score in grade(order, _Silent()).scores]
    kept = {(s.student, s.exercise): s for s in kept_sample()} if SAMPLE.is_dir() else {}
    return tuple(_levelled(s, kept.get((s.student, s.exercise))) for s in graded)


def kept_sample() -> tuple[Score, ...]:
    """Read the committed records, each with its executed notebook."""
    return tuple(_with_notebook(score, SAMPLE) for score in read_scores(SAMPLE / "scores.json"))


def write_pages(out: Path, scores: Sequence[Score]) -> None:
    """Write the pages of a class, as `grader grade` does."""
    for score in scores:
        write_student(out, score)
    write_class(out, scores, alike=_alike())


def build(out: Path) -> None:
    """Grade, and write records and pages."""
    scores = graded_sample()
    if out.is_dir():
        shutil.rmtree(out)
    for score in scores:
        write_score(out, score)
    write_scores(out, scores)
    write_pages(out, scores)


def _alike() -> tuple[Alike, ...]:
    course = Course(ROOT)
    sources: dict[str, dict[str, str]] = {}
    for found in find_submissions(ROOT / CLASS, course.exercise_ids):
        if hasattr(found, "cells"):
            source = "\n".join(cell.source for cell in found.cells)
            sources.setdefault(found.exercise, {})[found.student] = source
    pairs: list[Alike] = []
    for exercise, mine in sorted(sources.items()):
        starter = course.load(exercise).directory / "starter.py"
        pairs.extend(alike(exercise, mine, starter.read_text("utf-8")))
    return tuple(pairs)


def _levelled(score: Score, kept: Score | None) -> Score:
    run = _without_ids(score.run)
    if kept is not None and _went(kept.run) == _went(run):
        run = replace(kept.run, notebook=run.notebook)
    # When a file was handed in is when this repository was checked out: of no interest.
    return replace(score, run=run, environment=_ENVIRONMENT, graded_at=_GRADED_AT, handed_in="")


def _went(run: Run) -> object:
    return run.status, run.message, [(cell.status, cell.message, cell.line) for cell in run.cells]


def _without_ids(run: Run) -> Run:
    """Drop what nbformat draws at random and what nbclient reads from the clock."""
    if run.notebook is None:
        return run
    cells = [
        {key: value for key, value in cell.items() if key not in ("id", "metadata")}
        | {"metadata": {k: v for k, v in cell["metadata"].items() if k != "execution"}}
        for cell in run.notebook["cells"]
    ]
    return replace(run, notebook=json.loads(json.dumps({**run.notebook, "cells": cells})))


def _with_notebook(score: Score, out: Path) -> Score:
    path = score_directory(out, score.exercise, score.student) / "executed.ipynb"
    if not path.is_file():
        return score
    return replace(score, run=replace(score.run, notebook=json.loads(path.read_text("utf-8"))))


if __name__ == "__main__":
    build(SAMPLE)
