"""Which attempt counts for whom, after what being late costs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from grader.grading.standing import Term, counting_score, standing
from grader.scores.decisions import Decision
from grader.scores.gradebook import Gradebook, gradebook_url
from grader.submissions.roster import Person
from grader.term.lateness import LatePolicy
from grader.term.rules import ExerciseRules, TermRules
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
