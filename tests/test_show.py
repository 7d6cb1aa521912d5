"""What was graded, shown in the terminal, as Markdown and as JSON, from gradebook or record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.scores.gradebook import Gradebook, gradebook_url
from grader.scores.record import write_score, write_scores
from tests.made_class import make_class
from tests.made_course import make_course
from tests.made_scores import make_evidence, make_score, make_submission

run = CliRunner().invoke


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    with Gradebook.open(gradebook_url(folder)) as book:
        for student in ("ada-l", "emmy-n"):
            for exercise in ("scalar-gradients", "chain-rule"):
                score = make_score(student, exercise)
                submission = make_submission(student, exercise)
                book.record(score, make_evidence(), submission=submission, fingerprint="f")
    return folder


@pytest.mark.parametrize(
    ("arguments", "says", "says_not"),
    [
        ([], ["scalar-gradients", "chain-rule", "50 %"], ["ada-l"]),
        (["ada-l"], ["3 of 6 points", "Not right yet", "Best next step"], ["emmy-n"]),
        (["--markdown"], ["## Class report", "| chain\\-rule | 2 |"], []),
        (["ada-l", "--markdown"], ["| ✅ Right | dy/dx", "| 3 / 3 |"], ["Class report"]),
    ],
)
def test_it_shows(out: Path, arguments: list[str], says: list[str], says_not: list[str]) -> None:
    result = run(app, ["show", *arguments, "--out", str(out)])
    assert result.exit_code == 0, result.output
    for said in says:
        assert said in result.output
    for said in says_not:
        assert said not in result.output


def test_one_exercise_of_one_student_as_json(out: Path) -> None:
    asked = ["show", "ada-l", "--exercise", "chain-rule", "--json", "--out", str(out)]
    (record,) = json.loads(run(app, asked).output)
    assert (record["student"], record["exercise"]) == ("ada-l", "chain-rule")


def test_a_record_is_shown_without_a_gradebook(tmp_path: Path) -> None:
    single = write_score(tmp_path, make_score())
    everyone = write_scores(tmp_path, make_class(3))
    assert "3 of 6 points" in run(app, ["show", str(single)]).output
    assert run(app, ["show", str(everyone)]).output.count(" points\n") >= 9


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nobody"], "no student 'nobody' in the gradebook"),
        (["ada-l", "--exercise", "none"], "no exercise 'none' in the gradebook"),
        (["missing.json"], "missing.json: cannot be read as JSON"),
    ],
)
def test_what_is_not_there_is_named(out: Path, arguments: list[str], says: str) -> None:
    result = run(app, ["show", *arguments, "--out", str(out)])
    assert result.exit_code == 2
    assert says in result.output


def test_without_a_gradebook_it_says_what_to_do(tmp_path: Path) -> None:
    result = run(app, ["show", "--out", str(tmp_path)])
    assert result.exit_code == 2
    assert "grade into this folder first" in result.output


@pytest.fixture
def course(tmp_path: Path) -> Path:
    make_course(tmp_path)
    (tmp_path / "course.toml").write_text('roster = "roster.csv"\n')
    (tmp_path / "roster.csv").write_text("student,name\nada-l,Ada L\nzoe-z,Zoe Z\n")
    return tmp_path


def test_who_has_handed_in_nothing_is_told_so(out: Path, course: Path) -> None:
    here = ["--out", str(out), "--course", str(course)]
    done = run(app, ["show", "zoe-z", *here])
    assert done.exit_code == 2
    assert "zoe-z is on the roster and has handed in nothing" in done.stderr
    done = run(app, ["show", *here])
    assert "Not handed in (1 of 2 on the roster):\n  zoe-z  chain-rule" in done.stdout


def test_the_class_says_what_is_not_final(tmp_path: Path, course: Path) -> None:
    out = tmp_path / "scores"
    with Gradebook.open(gradebook_url(out)) as book:
        score = make_score("ada-l", "essay", status="provisional")
        work = make_submission("ada-l", "essay")
        book.record(score, make_evidence(), submission=work, fingerprint="f")
    done = run(app, ["show", "--out", str(out), "--course", str(course)])
    assert "essay: 1 not final or not graded; `grader queue` lists what waits" in done.stdout


def test_what_counts_is_shown_with_what_being_late_took_off(tmp_path: Path, course: Path) -> None:
    (course / "course.toml").write_text(
        'roster = "roster.csv"\n[late]\npercent = 10\n'
        '[exercise.squares]\ndue = "2026-03-01 12:00+00:00"\n'
    )
    out = tmp_path / "scores"
    with Gradebook.open(gradebook_url(out)) as book:
        score = make_score("ada-l", "squares", handed_in="2026-03-01T13:00:00+00:00")
        work = make_submission("ada-l", "squares")
        book.record(score, make_evidence(), submission=work, fingerprint="f")
    here = ["show", "ada-l", "--out", str(out), "--course", str(course)]
    for more in ([], ["--markdown"]):
        done = run(app, [*here, *more])
        assert "2.4 of 6 points" in done.stdout
        assert "3 points earned, 0.6 taken off for being late" in done.stdout
