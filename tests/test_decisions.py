"""What people decide belongs to the file that it was made for; nothing is carried over silently."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.errors import UsageError
from grader.scores.decisions import Decision, Decisions, decided
from grader.scores.gradebook import Gradebook, gradebook_url
from grader.scores.record import from_json, to_json
from tests.made_scores import make_evidence, make_score

FIRST, SECOND = "1" * 64, "2" * 64
POINTS = Decision(
    "ada-l", "scalar-gradients", "points", "Seen in person.", "lecturer", "2026-11-22",
    "cubic_gradients", 2.5, FIRST,
)  # fmt: skip


def said(kind, text="", check="", **changes):
    return replace(POINTS, kind=kind, text=text, check=check, points=None, **changes)


def laid_over(*decisions, sha256=FIRST):
    return decided(make_score(sha256=sha256), Decisions.of(decisions))


def test_points_belong_to_the_file_that_they_were_given_for():
    before = make_score(sha256=SECOND)
    assert laid_over(POINTS).earned == before.earned + 2.5
    later = laid_over(POINTS, sha256=SECOND)
    assert later.earned == before.earned
    assert later.asks == (
        "cubic_gradients: 2.5 manual points were given for an earlier attempt: Seen in person.",
    )


def test_a_new_decision_settles_what_an_earlier_attempt_left():
    again = replace(POINTS, sha256=SECOND, points=1.0)
    score = laid_over(POINTS, again, sha256=SECOND)
    assert score.asks == ()
    assert score.checks[1].earned == 1.0


def test_comments_are_shown_where_they_belong():
    score = laid_over(
        said("comment", "Well written."), said("comment", "See page 12.", "cubic_gradients")
    )
    assert score.comments == ("Well written.",)
    assert score.checks[1].comments == ("See page 12.",)
    assert from_json(to_json(score)) == score


def test_an_appeal_waits_until_it_is_answered():
    appeal = said("appeal", "The sign is right.", "cubic_gradients")
    assert laid_over(appeal).asks == ("cubic_gradients: an appeal waits: The sign is right.",)
    answered = laid_over(appeal, said("answer", "It is not: see line 3.", "cubic_gradients"))
    assert answered.asks == ()
    assert answered.checks[1].comments == ("It is not: see line 3.",)


def test_a_person_can_choose_the_attempt_that_counts():
    made = Decisions.of([said("counts"), said("counts", sha256=SECOND)])
    assert made.chosen("ada-l", "scalar-gradients") == SECOND
    assert made.chosen("grace-h", "scalar-gradients") is None


def test_a_gradebook_keeps_decisions_for_the_newest_attempt(tmp_path):
    with Gradebook.open(gradebook_url(tmp_path)) as book:
        book.record(make_score(sha256=FIRST), make_evidence())
        book.decide(replace(POINTS, sha256=None))
        book.record(make_score(sha256=SECOND), make_evidence())
        newest = book.latest("ada-l", "scalar-gradients")
        assert newest is not None
        assert (newest.attempt, len(newest.asks)) == (2, 1)
        first, second = book.scores_of("ada-l", "scalar-gradients")
        assert (first.earned, second.earned) == (second.earned + 2.5, newest.earned)
        assert book.with_attempts() == (("ada-l", "scalar-gradients"),)
        with pytest.raises(UsageError, match="no check 'nothing'; there are: cubic"):
            book.decide(replace(POINTS, check="nothing"))
        with pytest.raises(UsageError, match="no student 'emmy-n' in the gradebook"):
            book.decide(replace(POINTS, student="emmy-n"))
