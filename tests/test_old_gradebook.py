"""A gradebook of the version before groups, pairs and files opens, and keeps everything.

`data/gradebook-0003.sqlite` was written by that version, with the course of `made_course`: three
students graded, manual points, comments, an answered appeal, a second attempt, and a choice.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.grading.bundle import bundle_of
from grader.grading.class_gradebook import ClassGradebook
from grader.scores.gradebook import FILE
from tests.made_course import make_course

OLD = Path(__file__).parent / "data" / "gradebook-0003.sqlite"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[ClassGradebook]:
    course = make_course(tmp_path / "course")
    (tmp_path / "out").mkdir()
    shutil.copy(OLD, tmp_path / "out" / FILE)
    with ClassGradebook.open(tmp_path / "out", None, course.directory) as opened:
        yield opened


def test_scores_attempts_and_decisions_are_there(book: ClassGradebook) -> None:
    scores = {score.student: score for score in book.scores()}
    assert {name: score.final for name, score in scores.items()} == {
        "ada-l": 5.0, "emmy-n": 3.5, "grace-h": 2.0,
    }  # fmt: skip
    assert [score.earned for score in book.attempts("emmy-n", "squares")] == [3.5, 5.0]
    assert scores["emmy-n"].attempt == 1, "a person chose it"
    assert scores["ada-l"].comments == ("Well done.",)
    assert scores["ada-l"].checks[0].comments == ("Short and clear.",)
    assert scores["grace-h"].checks[1].comments == ("It is not.",)
    assert [score.asks for score in book.attempts("grace-h", "squares")] == [()]


def test_the_history_says_the_same(book: ClassGradebook) -> None:
    assert [line.partition("  ")[2] for line in book.history("emmy-n", "squares")] == [
        "attempt 1 judged: 2 of 5 points, graded",
        "attempt 1, slope, manual points 1.5 by lecturer: Right until the factor.",
        "attempt 2 judged: 5 of 5 points, graded",
        "attempt 1, this attempt counts by lecturer: Asked for by mail.",
    ]


def test_points_of_an_earlier_file_wait_for_a_person(book: ClassGradebook) -> None:
    (item,) = book.waiting()
    assert (item.student, item.check) == ("emmy-n", "slope")


def test_it_can_be_worked_on(book: ClassGradebook) -> None:
    again = book.comment("grace-h", "squares", "See page 12.", by="tutor")
    assert again.comments == ("See page 12.",)
    assert book.decide_pair("squares", ("ada-l", "emmy-n"), "dismiss", "No.", by="tutor").page
    assert "dismissed by tutor: No." in book.history("ada-l", "squares")[-1]
    assert (book.out / "squares" / "emmy-n" / "report.html").is_file()


@pytest.mark.slow
def test_what_was_never_asked_costs_nobody_points(book: ClassGradebook) -> None:
    before = [score.final for score in book.scores()]
    regraded = book.regrade()
    assert (regraded.judged, len(regraded.needs_running)) == (0, 3), "this version asks more"
    assert "other questions than before" in regraded.needs_running[0]
    assert [score.final for score in book.scores()] == before
    for student in ("ada-l", "emmy-n", "grace-h"):
        assert bundle_of(book.gradebook, student, "squares")


def test_what_cannot_be_decided_is_said(book: ClassGradebook) -> None:
    with pytest.raises(UsageError, match="for a check, not for all of it; there are: squares/en"):
        book.override("ada-l", "squares", 1.0, "So.")
    with pytest.raises(UsageError, match="attempt 7: there is only attempt 1"):
        book.count("ada-l", "squares", 7)
    with pytest.raises(UsageError, match="attempt 7: there are attempts 1 to 2"):
        book.count("emmy-n", "squares", 7)
