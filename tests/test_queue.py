"""What waits for a person, what is said about pairs, and two people at once."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from grader.course.loading import Course
from grader.errors import Conflict, UsageError
from grader.grading.pairs import decide_pair, pairs_of
from grader.grading.queue import waiting
from grader.grading.underway import ended, read_underway, write_underway
from grader.model import Cell, Outcome, Submission
from grader.scores.decisions import Decision, Decisions
from grader.scores.gradebook import Gradebook, gradebook_url
from tests.in_process import ROOT
from tests.made_scores import make_check, make_evidence, make_score

APPEAL = Decision(
    "ada-l", "squares", "appeal", "The sign is right.", "ada-l", "2026-11-22", "slope", None,
    "1" * 64,
)  # fmt: skip


def score_of(student, *outcomes, **changes):
    names = ("energy", "slope")
    checks = tuple(
        make_check(outcome, id=name) for outcome, name in zip(outcomes, names, strict=False)
    )
    given = {"sha256": "1" * 64, "status": "graded", **changes}
    return make_score(student, "squares", checks=checks, **given)


SCORES = (
    score_of("ada-l", Outcome.PASS, Outcome.FAIL),
    score_of("emmy-n", Outcome.INCONCLUSIVE, Outcome.BROKEN, status="provisional"),
    score_of("grace-h", Outcome.PASS, Outcome.INCONCLUSIVE, status="provisional"),
)


def test_appeals_and_undecided_checks_wait() -> None:
    items = waiting(SCORES, Decisions.of([APPEAL]))
    assert [(item.student, item.check) for item in items] == [
        ("ada-l", "slope"), ("emmy-n", "energy"), ("emmy-n", "slope"), ("grace-h", "slope"),
    ]  # fmt: skip
    assert items[0].why == "an appeal: The sign is right."
    by_question = waiting(SCORES, Decisions.of([APPEAL]), "question")
    assert [(item.check, item.student) for item in by_question] == [
        ("energy", "emmy-n"), ("slope", "ada-l"), ("slope", "emmy-n"), ("slope", "grace-h"),
    ]  # fmt: skip


def test_what_is_decided_no_longer_waits() -> None:
    answered = replace(APPEAL, kind="answer")
    points = replace(APPEAL, student="grace-h", kind="points", points=1.0)
    items = waiting(SCORES, Decisions.of([APPEAL, answered, points]))
    assert {item.student for item in items} == {"emmy-n"}


def test_points_of_an_earlier_file_wait() -> None:
    old = replace(APPEAL, kind="points", points=2.0, sha256="2" * 64, text="Seen.")
    (item,) = waiting(SCORES[:1], Decisions.of([old]))
    assert item.why == "2 manual points were given for an earlier attempt: Seen."


def test_who_looked_at_an_older_score_does_not_overwrite_it(tmp_path: Path) -> None:
    with Gradebook.open(gradebook_url(tmp_path)) as book:
        book.record(SCORES[0], make_evidence())
        seen = book.version("ada-l", "squares")
        book.decide(replace(APPEAL, kind="comment"), seen=seen)
        with pytest.raises(Conflict, match="was changed in the meantime"):
            book.decide(replace(APPEAL, kind="points", points=1.0), seen=seen)
        assert book.latest("ada-l", "squares").earned == SCORES[0].earned
        book.decide(
            replace(APPEAL, kind="points", points=1.0), seen=book.version("ada-l", "squares")
        )
        assert book.version("nobody", "squares") == ""


def submission_of(student: str, sha256: str) -> Submission:
    draw = random.Random(3)
    signs = ["+", "-", "*", "/", "**", "@", "<", ">", "%"]
    lines = "\n".join(
        f"value = {' '.join(f'a {draw.choice(signs)}' for _ in range(6))} b" for _ in range(30)
    )
    cells = (Cell(0, lines, line=1),)
    return Submission(student, "squares", Path("squares.py"), "module", sha256, cells)


def test_a_dismissed_pair_stays_dismissed_until_a_new_file_comes(tmp_path: Path) -> None:
    course = Course(ROOT)
    with Gradebook.open(gradebook_url(tmp_path)) as book:
        for student in ("ada-l", "emmy-n"):
            handed = submission_of(student, "1" * 64)
            book.record(score_of(student), make_evidence(), submission=handed)
        (pair,) = pairs_of(book.submissions(), course, book.decisions())
        assert pair.decision is None
        decide_pair(book, "squares", ("emmy-n", "ada-l"), "dismiss", "Worked together.", "lecturer")
        (pair,) = pairs_of(book.submissions(), course, book.decisions())
        assert pair.dismissed
        decide_pair(book, "squares", ("ada-l", "emmy-n"), "accept", "No.", "lecturer")
        (pair,) = pairs_of(book.submissions(), course, book.decisions())
        assert pair.decision is not None
        assert not pair.dismissed
        newer = submission_of("emmy-n", "2" * 64)
        book.record(score_of("emmy-n", sha256="2" * 64), make_evidence(), submission=newer)
        (pair,) = pairs_of(book.submissions(), course, book.decisions())
        assert pair.decision is None


@pytest.mark.parametrize(
    ("students", "reason", "says"),
    [
        (("ada-l", "ada-l"), "So.", "a pair is two students"),
        (("ada-l", "nobody"), "So.", "no student 'nobody' in the gradebook"),
        (("ada-l", "emmy-n"), " ", "say why"),
    ],
)
def test_a_pair_that_is_none_is_refused(tmp_path: Path, students, reason, says) -> None:
    with Gradebook.open(gradebook_url(tmp_path)) as book:
        book.record(score_of("ada-l"), make_evidence())
        with pytest.raises(UsageError, match=says):
            decide_pair(book, "squares", students, "accept", reason, "lecturer")


def test_a_run_says_how_far_it_is(tmp_path: Path) -> None:
    assert read_underway(tmp_path) is None
    write_underway(tmp_path, 3, 10, 1, "2026-11-22T10:00:00+00:00")
    found = read_underway(tmp_path)
    assert found is not None
    assert (found.done, found.total, found.failed) == (3, 10, 1)
    ended(tmp_path)
    ended(tmp_path)
    assert read_underway(tmp_path) is None
    (tmp_path / ".progress.json").write_text('{"process": "x"}')
    assert read_underway(tmp_path) is None
