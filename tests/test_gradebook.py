"""The gradebook: attempts, evidence, overrides, migrations, and many readers at once."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.model import Evidence, Score
from grader.scores.decisions import Decision
from grader.scores.gradebook import Gradebook, gradebook_url
from grader.scores.seeds import LARGEST_SEED, seed_of
from tests.made_scores import make_evidence, make_run, make_score, make_submission


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Gradebook]:
    with Gradebook.open(gradebook_url(tmp_path)) as opened:
        yield opened


def given(points: float = 2.5, student: str = "ada-l", check: str = "cubic_gradients") -> Decision:
    why = "Seen in person."
    return Decision(student, "scalar-gradients", "points", why, "me", "2026-11-22", check, points)


def without_notebook(score: Score) -> Score:
    return replace(score, run=replace(score.run, notebook=None))


def test_a_score_and_its_evidence_come_back_byte_for_byte(book: Gradebook) -> None:
    evidence = make_evidence(bytes(range(256)) * 10)
    assert book.record(make_score(), evidence, submission=make_submission()) == 1
    assert book.latest("ada-l", "scalar-gradients") == make_score()
    assert book.evidence_of("ada-l", "scalar-gradients") == evidence
    attempt = book.attempt("ada-l", "scalar-gradients")
    assert attempt is not None
    assert attempt.submission == make_submission()


def test_who_never_handed_in_has_nothing(book: Gradebook) -> None:
    assert book.latest("ada-l", "scalar-gradients") is None
    assert book.evidence_of("ada-l", "scalar-gradients") is None
    assert book.previous("ada-l", "scalar-gradients") is None
    assert book.scores() == ()


def test_scores_are_the_newest_of_each_in_order(book: Gradebook) -> None:
    for student in ("grace-h", "ada-l"):
        for digit in "12":
            book.record(make_score(student, sha256=digit * 64), Evidence(()))
    seen = [(score.student, score.sha256) for score in book.scores()]
    assert seen == [("ada-l", "2" * 64), ("grace-h", "2" * 64)]
    assert [attempt.number for attempt in book.attempts("scalar-gradients")] == [2, 2]
    assert list(book.attempts("chain-rule")) == []


def test_the_same_file_again_replaces_its_attempt(book: Gradebook) -> None:
    book.record(make_score(), make_evidence(), submission=make_submission())
    assert book.record(make_score(seed=7), make_evidence(b"new")) == 1
    attempt = book.attempt("ada-l", "scalar-gradients")
    assert attempt is not None
    assert (attempt.score.seed, attempt.evidence.replies[0].frame) == (7, b"new")
    assert attempt.submission == make_submission()


def test_another_file_is_the_next_attempt(book: Gradebook) -> None:
    book.record(make_score(sha256="1" * 64, seed=1), make_evidence())
    assert book.record(make_score(sha256="2" * 64, seed=2), make_evidence()) == 2
    previous = book.previous("ada-l", "scalar-gradients")
    assert previous == without_notebook(make_score(sha256="1" * 64, seed=1))


def test_manual_points_survive_a_regrade(book: Gradebook) -> None:
    book.record(make_score(), make_evidence())
    book.decide(given(1.0))
    book.decide(given(2.5))
    book.record(make_score(seed=8), make_evidence())
    score = book.latest("ada-l", "scalar-gradients")
    assert score is not None
    assert score.earned == 5.5
    assert score.checks[1].remarks == ("2.5 manual points instead of 0: Seen in person.",)
    assert book.scores() == (without_notebook(score),)
    attempt = book.attempt("ada-l", "scalar-gradients")
    assert attempt is not None
    assert attempt.score.earned == 3.0


@pytest.mark.parametrize("wrong", [given(student="emmy-n"), given(check="no_such")])
def test_points_for_nothing_are_refused(book: Gradebook, wrong: Decision) -> None:
    book.record(make_score(), make_evidence())
    with pytest.raises(UsageError, match=r"no (student|check)"):
        book.decide(wrong)


@pytest.mark.parametrize(
    ("sha256", "fingerprint", "version", "status", "current"),
    [
        ("5" * 64, "f", "0.1.0", "graded", True),
        ("6" * 64, "f", "0.1.0", "graded", False),
        ("5" * 64, "g", "0.1.0", "graded", False),
        ("5" * 64, "f", "0.2.0", "graded", False),
        ("5" * 64, "f", "0.1.0", "provisional", False),
    ],
)
def test_what_is_current_need_not_be_graded_again(
    book: Gradebook, sha256: str, fingerprint: str, version: str, status: str, current: bool
) -> None:
    book.record(make_score(status=status), make_evidence(), fingerprint="f")
    asked = ("ada-l", "scalar-gradients", sha256, fingerprint, version)
    assert book.is_current(*asked) is current


def test_a_name_that_is_no_text_does_not_stop_the_class(book: Gradebook) -> None:
    for student in ("ad\udcffa", "a\0b", "'; DROP TABLE attempt; --", "x" * 3000):
        book.record(make_score(student), make_evidence())
        assert book.latest(student, "scalar-gradients") == make_score(student)


def test_an_executed_notebook_is_optional(book: Gradebook) -> None:
    book.record(make_score(run=make_run(notebook=None)), make_evidence())
    score = book.latest("ada-l", "scalar-gradients")
    assert score is not None
    assert score.run.notebook is None


def test_a_gradebook_can_be_opened_again(tmp_path: Path) -> None:
    for _ in range(2):
        with Gradebook.open(gradebook_url(tmp_path)) as book:
            book.record(make_score(), make_evidence())
    with Gradebook.open(gradebook_url(tmp_path)) as book:
        assert len(book.scores()) == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("no url", "cannot be opened"),
        ("nosuch://host/base", "cannot be opened"),
        ("sqlite:////proc/nowhere/gradebook.sqlite", "cannot be opened"),
        ("postgresql+nosuch://me:secret@host/base", "cannot be opened"),
    ],
)
def test_what_cannot_be_opened_is_named(url: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        Gradebook.open(url)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "gradebook.sqlite").write_text("no database, " * 100)
    with pytest.raises(UsageError, match="file is not a database"):
        Gradebook.open(gradebook_url(tmp_path))


def test_a_gradebook_of_a_newer_grader_is_left_alone(tmp_path: Path) -> None:
    Gradebook.open(gradebook_url(tmp_path)).close()
    with sqlite3.connect(tmp_path / "gradebook.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(UsageError, match="another version"):
        Gradebook.open(gradebook_url(tmp_path))


def test_the_secret_stays_until_it_is_drawn_anew(tmp_path: Path) -> None:
    found = []
    for anew in (False, False, True, False):
        with Gradebook.open(gradebook_url(tmp_path)) as book:
            found.append(book.secret(anew=anew))
    first, again, other, then = found
    assert first == again != other == then
    assert len(first) == 32


def test_the_same_file_is_the_same_attempt_and_another_one_the_next(book: Gradebook) -> None:
    assert book.attempt_number("ada-l", "scalar-gradients", "1") == 1
    book.record(make_score(sha256="1"), make_evidence())
    assert book.attempt_number("ada-l", "scalar-gradients", "1") == 1
    assert book.attempt_number("ada-l", "scalar-gradients", "2") == 2
    assert book.attempt_number("grace-h", "scalar-gradients", "2") == 1


def test_seeds_follow_from_secret_exercise_and_attempt() -> None:
    asked = [(b"a", "x", 1), (b"b", "x", 1), (b"a", "y", 1), (b"a", "x", 2), (b"a", "x1", 1)]
    found = [seed_of(*each) for each in asked]
    assert len(set(found)) == len(asked)
    assert found == [seed_of(*each) for each in asked]
    assert all(0 <= seed <= LARGEST_SEED for seed in found)
