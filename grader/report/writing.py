"""Put the pages of a graded class on disk, each whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.model import Score
from grader.outdir import CLASS_PAGE, STUDENT_PAGE, score_directory, write_whole
from grader.report.class_view import Progress
from grader.report.pages import render_class, render_student
from grader.report.similarity import Alike

__all__ = ["write_class", "write_student"]


def write_student(
    out: Path, score: Score, *, previous: Score | None = None, look: Path | None = None
) -> Path:
    """Write one student's page beside its record; returns its path."""
    path = score_directory(out, score.exercise, score.student) / STUDENT_PAGE
    write_whole(path, render_student(score, previous=previous, look=look))
    return path


def write_class(
    out: Path,
    scores: Sequence[Score],
    *,
    alike: Sequence[Alike] = (),
    progress: Progress | None = None,
    look: Path | None = None,
) -> Path:
    """Write the class page; with `progress` it may be written again at any time."""
    path = out / CLASS_PAGE
    write_whole(path, render_class(scores, alike=alike, progress=progress, look=look))
    return path
