"""The committed report of the sample class: its pages are what the records say, and the records
are what grading gives."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from grader.model import Score
from grader.outdir import CLASS_PAGE, STUDENT_PAGE, score_directory
from grader.report import render_student
from tests.sample_report import SAMPLE, graded_sample, kept_sample, write_pages

AGAIN = "run `python -m tests.sample_report` and look at the difference"


@pytest.fixture(scope="module")
def scores() -> tuple[Score, ...]:
    return kept_sample()


@pytest.mark.slow
def test_pages_are_rendered_from_the_records_byte_for_byte(
    scores: tuple[Score, ...], tmp_path: Path
) -> None:
    write_pages(tmp_path, scores)
    pages = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.html"))
    assert pages == sorted(path.relative_to(SAMPLE) for path in SAMPLE.rglob("*.html"))
    changed = [
        page for page in pages if (tmp_path / page).read_bytes() != (SAMPLE / page).read_bytes()
    ]
    assert not changed, AGAIN


def test_the_sample_shows_every_student_and_links_to_each(scores: tuple[Score, ...]) -> None:
    page = (SAMPLE / CLASS_PAGE).read_text("utf-8")
    linked = {unquote(target) for target in re.findall(r'href="([^"#]+/report\.html)', page)}
    wanted = {
        str((score_directory(SAMPLE, s.exercise, s.student) / STUDENT_PAGE).relative_to(SAMPLE))
        for s in scores
    }
    assert len(wanted) >= 36
    assert linked == wanted


def test_a_page_of_the_sample_is_small(scores: tuple[Score, ...]) -> None:
    assert max(len(render_student(score).encode()) for score in scores) < 300_000


@pytest.mark.e2e
@pytest.mark.sandbox
def test_grading_the_sample_class_gives_these_records(scores: tuple[Score, ...]) -> None:
    kept = {(score.student, score.exercise): meaning(score) for score in scores}
    again = {(score.student, score.exercise): meaning(score) for score in graded_sample()}
    assert again == kept, AGAIN


def meaning(score: Score) -> object:
    """What a record says, without the last digits of numbers."""
    return (
        score.status,
        score.earned,
        score.message,
        score.run.status,
        [cell.status for cell in score.run.cells],
        [
            (check.id, check.outcome, check.earned, check.mistake, check.hidden.passed)
            for check in score.checks
        ],
    )
