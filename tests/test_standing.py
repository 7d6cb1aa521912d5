"""Which attempt counts for whom, after what being late costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from grader.errors import UsageError
from grader.grading.publishing import catch_up
from grader.grading.standing import Term, checked_term, counting_score, standing, term_of
from grader.scores.decisions import Decision
from grader.scores.gradebook import Gradebook, gradebook_url
from grader.scores.record import read_scores
from grader.submissions.roster import Person
from grader.term.lateness import LatePolicy
from grader.term.missing import who_is_missing
from grader.term.rules import ExerciseRules, TermRules
from tests.made_course import make_course
from tests.made_scores import make_check, make_evidence, make_score

EXERCISE = "scalar-gradients"
DUE = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def attempt(student: str, number: int, earned: float, day: int):
    check = make_check(earned=earned, possible=10.0)
    return make_score(
        student, checks=(check,), earned=earned, possible=10.0, sha256=f"{number:064d}",
        handed_in=f"2026-03-{day:02d}T11:00:00+00:00",
    )  # fmt: skip


@pytest.fixture
def book(tmp_path):
    with Gradebook.open(gradebook_url(tmp_path)) as found:
        for student, attempts in {
            "ada-l": [(6.0, 1), (9.0, 3), (5.0, 4)],  # late by two and three days
            "emmy-n": [(8.0, 1)],
            "grace-h": [(7.0, 1), (7.5, 2)],
        }.items():
            for number, (earned, day) in enumerate(attempts, 1):
                found.record(attempt(student, number, earned, day), make_evidence())
        yield found


def term(rule: str, percent: float = 0.0, extension: str = "") -> Term:
    rules = ExerciseRules(DUE, LatePolicy(percent), rule)
    people = {"ada-l": Person("ada-l", extension=extension)}
    return Term(TermRules(exercises={EXERCISE: rules}), people)


@pytest.mark.parametrize(
    ("rules", "counts"),
    [
        # by hand: ada-l's second attempt came on 3 March at 11:00, in the second day after noon
        # of the first: 2 x 10 % of 10 points are off; her third in the third day
        (term("newest"), {"ada-l": (3, 5.0), "emmy-n": (1, 8.0), "grace-h": (2, 7.5)}),
        (term("newest", 10), {"ada-l": (3, 2.0), "emmy-n": (1, 8.0), "grace-h": (2, 6.5)}),
        (term("best"), {"ada-l": (2, 9.0), "emmy-n": (1, 8.0), "grace-h": (2, 7.5)}),
        (term("best", 10), {"ada-l": (2, 7.0), "emmy-n": (1, 8.0), "grace-h": (1, 7.0)}),
        (term("best", 30), {"ada-l": (1, 6.0), "emmy-n": (1, 8.0), "grace-h": (1, 7.0)}),
        (term("best", 30, "2 days"), {"ada-l": (2, 9.0), "emmy-n": (1, 8.0), "grace-h": (1, 7.0)}),
    ],
)
def test_the_attempt_that_counts(book, rules, counts):
    found = {score.student: (score.attempt, score.final) for score in standing(book, rules)}
    assert found == counts
    for student, expected in counts.items():
        score = counting_score(book, rules, student, EXERCISE)
        assert score is not None
        assert (score.attempt, score.final) == expected


def test_a_persons_choice_goes_before_the_rule(book):
    chosen = f"{1:064d}"
    book.decide(Decision("ada-l", EXERCISE, "counts", "agreed", "me", "now", sha256=chosen))
    found = {score.student: score.attempt for score in standing(book, term("best"))}
    assert found == {"ada-l": 1, "emmy-n": 1, "grace-h": 2}


def test_nobody_is_made_up(book):
    assert counting_score(book, Term(), "alan-t", EXERCISE) is None


COURSE = """
roster = "class.csv"

[late]
percent = 10

[exercise.scalar-gradients]
due = "2026-03-01 12:00+00:00"
attempts = "best"
"""
ROSTER = "student,name,extension\nada-l,Ada L,1 day\nalan-t,Alan T,\ngrace-h,Grace H,\n"


@pytest.fixture
def course(tmp_path):
    folder = tmp_path / "course"
    made = make_course(folder)
    (folder / "course.toml").write_text(COURSE)
    (folder / "class.csv").write_text(ROSTER)
    return made


def test_pages_and_records_show_what_counts_and_what_being_late_costs(book, course, tmp_path):
    out = tmp_path / "out"
    assert catch_up(out, book, course).failed == 0
    # ada-l has until 2 March, 12:00: her second attempt is 23 hours late, her third 47
    counting = {score.student: score for score in read_scores(out / "scores.json")}
    ada = counting["ada-l"]
    assert (ada.attempt, ada.earned, ada.final) == (2, 9.0, 8.0)
    page = (out / EXERCISE / "ada-l" / "report.html").read_text()
    assert "This page shows attempt 3. Attempt 2 counts: 8 of 10 points." in page
    assert "Handed in 1 day and 23 hours after the due time" in page
    assert "5 points earned, 2 taken off for being late" in page
    whole = (out / "index.html").read_text()
    assert "alan-t" in whole
    assert "8/10" in whole


def test_decisions_are_shown_to_whom_they_are_for(book, course, tmp_path):
    out = tmp_path / "out"
    say = Decision("emmy-n", EXERCISE, "comment", "Well <b>written</b>.", "me", "now")
    book.decide(say)
    book.decide(replace(say, kind="appeal", text="Look at line 3.", check="square_gradient"))
    catch_up(out, book, course)
    page = (out / EXERCISE / "emmy-n" / "report.html").read_text()
    assert "Well &lt;b&gt;written&lt;/b&gt;." in page
    assert "an appeal waits" not in page
    assert "an appeal waits: Look at line 3." in (out / "index.html").read_text()


def test_a_wrong_extension_is_pointed_at(course):
    (course.directory / "class.csv").write_text("student,extension\nada-l,soon\n")
    with pytest.raises(UsageError, match=r"class\.csv: ada-l: extension: 'soon' is no date"):
        term_of(course)


def test_who_has_not_handed_in_what_others_have():
    people = {name: Person(name, name.title()) for name in ("ada-l", "alan-t", "emmy-n")}
    scores = [
        make_score("ada-l", "a"), make_score("ada-l", "b"), make_score("emmy-n", "a"),
        make_score("nobody-known", "c"),
    ]  # fmt: skip
    found = who_is_missing(scores, people)
    assert [(each.student, each.exercises) for each in found] == [
        ("ada-l", ("c",)), ("alan-t", ("a", "b", "c")), ("emmy-n", ("b", "c")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "people", "says"),
    [
        (
            '[exercise.sqares]\ndue = "2026-03-01 12:00"\n',
            "student\nada-l\n",
            r"course\.toml: exercise\.sqares: no exercise 'sqares' in this course; did you mean sq",
        ),
        (
            "",
            "student,extension\nada-l,sqares: 1 day\n",
            r"class\.csv: ada-l: extension: no exercise 'sqares' in this course; did you mean sq",
        ),
        (
            "",
            "student,extention\nada-l,1 day\n",
            r"row 1: no column is called 'extention'; did you mean extension\?",
        ),
        ("", "", r"course\.toml: roster: no such file .*class\.csv"),
    ],
)
def test_a_typo_that_would_cost_points_is_refused(course, text, people, says):
    (course.directory / "course.toml").write_text(f'roster = "class.csv"\n{text}')
    (course.directory / "class.csv").write_text(people)
    if not people:
        (course.directory / "class.csv").unlink()
    with pytest.raises(UsageError, match=says):
        checked_term(course)


def test_a_column_of_ones_own_is_left_alone(course):
    (course.directory / "class.csv").write_text("student,phone,programme\nada-l,1,maths\n")
    assert set(term_of(course).people) == {"ada-l"}
