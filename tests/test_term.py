"""Due times, late penalties and attempts: every number here is worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.settings import course_file, settings_here
from grader.errors import UsageError
from grader.model import Late
from grader.scores.record import from_json, to_json
from grader.submissions.roster import Person
from grader.term.attempts import counting
from grader.term.lateness import Deadline, LatePolicy, penalty
from grader.term.rules import TermRules, term_rules
from grader.term.standing import with_lateness
from grader.term.times import length, moment, zone
from tests.made_scores import make_score

DUE = datetime(2026, 3, 1, 22, 59, tzinfo=UTC)
TEN_A_DAY = LatePolicy(percent=10, per="day")


@pytest.mark.parametrize(
    ("policy", "earned", "late", "lost"),
    [
        (TEN_A_DAY, 20, timedelta(0), 0),
        (TEN_A_DAY, 20, timedelta(seconds=1), 2),
        (TEN_A_DAY, 20, timedelta(days=1), 2),
        (TEN_A_DAY, 20, timedelta(days=1, seconds=1), 4),
        (TEN_A_DAY, 3, timedelta(days=2), 3),
        (replace(TEN_A_DAY, grace=timedelta(minutes=10)), 20, timedelta(minutes=10), 0),
        (replace(TEN_A_DAY, grace=timedelta(minutes=10)), 20, timedelta(minutes=11), 2),
        (replace(TEN_A_DAY, per="hour"), 20, timedelta(minutes=61), 4),
        (replace(TEN_A_DAY, most=50), 20, timedelta(days=30), 10),
        (replace(TEN_A_DAY, least=40), 20, timedelta(days=30), 12),
        (replace(TEN_A_DAY, least=40), 6, timedelta(days=30), 0),
        (LatePolicy(), 20, timedelta(days=3), 0),
    ],
)
def test_a_late_submission_loses(policy, earned, late, lost):
    found = penalty(earned, 20, DUE + late, Deadline(DUE, policy=policy))
    assert found.points == pytest.approx(lost)


def test_an_extension_moves_the_due_time():
    deadline = Deadline(DUE, extension=timedelta(days=2), policy=TEN_A_DAY)
    assert not penalty(20, 20, DUE + timedelta(days=2), deadline).is_late
    assert penalty(20, 20, DUE + timedelta(days=2, hours=1), deadline).points == pytest.approx(2)


@given(st.floats(0, 20), st.floats(0, 1e6), st.floats(0, 100), st.floats(0, 100))
def test_a_penalty_takes_no_more_than_was_earned(earned, seconds, most, least):
    policy = LatePolicy(percent=7, most=most, least=least)
    late = timedelta(seconds=seconds)
    lost = penalty(earned, 20, DUE + late, Deadline(DUE, policy=policy)).points
    more = penalty(earned, 20, DUE + 2 * late, Deadline(DUE, policy=policy)).points
    assert 0 <= lost <= earned + 1e-9
    assert lost <= more + 1e-9


def test_times_without_an_offset_are_the_courses_own():
    berlin = zone("Europe/Berlin")
    assert moment("2026-03-01 23:59", berlin) == datetime(2026, 3, 1, 22, 59, tzinfo=UTC)
    assert moment("2026-07-01T23:59", berlin) == datetime(2026, 7, 1, 21, 59, tzinfo=UTC)
    assert moment("2026-03-01T23:59+00:00", berlin) == datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
    # 02:30 comes twice in this night; the later one is in the student's favour
    assert moment("2026-10-25 02:30", berlin) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "seconds"), [("90 minutes", 5400), ("1 day", 86_400), ("1.5 hours", 5400)]
)
def test_lengths_of_time(written, seconds):
    assert length(written) == timedelta(seconds=seconds)


@pytest.mark.parametrize("written", ["", "soon", "2", "-1 day", "1 month"])
def test_what_is_no_length_of_time_is_refused(written):
    with pytest.raises(UsageError, match="no length of time"):
        length(written)


def test_what_is_no_time_or_zone_is_refused():
    with pytest.raises(UsageError, match="no time zone"):
        zone("Atlantis/Capital")
    with pytest.raises(UsageError, match="no date and time"):
        moment("next friday", zone("UTC"))


def test_which_attempt_counts():
    points = [4.0, 7.0, 7.0, 5.0]
    attempts = [
        replace(make_score(), sha256=f"{place:064d}", earned=earned, status="graded")
        for place, earned in enumerate(points)
    ]
    assert counting(attempts, "newest") == 3
    assert counting(attempts, "best") == 2
    assert counting(attempts, "best", chosen=attempts[0].sha256) == 0
    unfinished = [*attempts, replace(attempts[0], status="provisional", earned=9.0)]
    assert counting(unfinished, "best") == 2
    assert counting(unfinished[-1:], "best") == 0


RULES = """
timezone = "Europe/Berlin"
attempts = "best"

[late]
percent = 10
grace = "10 minutes"

[exercise.chain-rule]
due = 2026-03-01T23:59:00

[exercise.accumulation]
due = "2026-03-08 12:00+00:00"
attempts = "newest"
late = { percent = 1, per = "hour", most = 30 }
"""


def rules_of(text: str, folder: Path) -> TermRules:
    (folder / "course.toml").write_text(text)
    found = course_file(folder)
    return term_rules(found.term, found.path)


def test_the_rules_of_a_term_are_read_from_course_toml(tmp_path, monkeypatch):
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    rules = rules_of(RULES, tmp_path)
    chain = rules.of("chain-rule")
    assert (chain.due, chain.attempts, chain.late.percent) == (DUE, "best", 10)
    assert chain.late.grace == timedelta(minutes=10)
    other = rules.of("accumulation")
    assert other.due == datetime(2026, 3, 8, 12, 0, tzinfo=UTC)
    assert other.late == LatePolicy(1, "hour", timedelta(minutes=10), most=30)
    assert other.attempts == "newest"
    assert rules.deadline("higher-order") is None
    assert rules.of("higher-order").attempts == "best"


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("", 0),
        ("2 days", 48),
        ("accumulation: 1 week", 0),
        ("chain-rule: 36 hours; accumulation: 1 week", 36),
        ("2 days; chain-rule: 1 hour", 1),
        ("chain-rule: 2026-03-02 23:59", 24),
        ("2026-03-03 23:59", 48),
        ("2026-02-01 00:00", 0),
    ],
)
def test_extensions_stand_in_the_roster(tmp_path, monkeypatch, written, hours):
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    deadline = rules_of(RULES, tmp_path).deadline("chain-rule", written)
    assert deadline is not None
    assert deadline.extension == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('timezone = "Mars/Base"', "timezone: 'Mars/Base' is no time zone"),
        ("[exercise.a]\ndue = 2026-03-01", r"exercise\.a\.due: 2026-03-01 has no time of day"),
        ('[exercise.a]\ndue = "soon"', r"exercise\.a\.due: 'soon' is no date"),
        ('[late]\ngrace = "soon"', r"late\.grace: 'soon' is no length of time"),
        ("[late]\npercentage = 3", r"late\.percentage: no such key; did you mean percent\?"),
        ("[exercise.a]\ndeu = 1", r"exercise\.a\.deu: no such key; did you mean due\?"),
        ("[late]\npercent = 101", r"late\.percent: expected at most 100, not 101"),
        ("[late]\npercent = '5'", r"late\.percent: expected a number, not '5'"),
        ("[late]\nper = 'week'", r"late\.per: expected hour or day, not 'week'"),
        ("late = 5", r"late: expected a table, not 5"),
        ("out = ''", r"out: expected a text that is not empty, not ''"),
        ("gradbook = 'x'", r"gradbook: no such key; did you mean gradebook\?"),
    ],
)
def test_wrong_rules_are_pointed_at(tmp_path, monkeypatch, text, says):
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    with pytest.raises(UsageError, match=says):
        rules_of(text, tmp_path)


def test_one_place_for_out_gradebook_and_roster_holds_for_every_command(tmp_path, monkeypatch):
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    (tmp_path / "course.toml").write_text(
        'out = "week"\nroster = "class.csv"\n\n[grade]\nout = "other"\n'
    )
    defaults = settings_here(tmp_path)
    assert defaults["grade"]["out"] == str(tmp_path / "other")
    for command in ("show", "report", "regrade", "override"):
        assert defaults[command]["out"] == str(tmp_path / "week")
    assert defaults["export"]["canvas"]["roster"] == str(tmp_path / "class.csv")
    assert defaults["roster"] == {"people": str(tmp_path / "class.csv")}
    assert "release" not in defaults


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("sqlite:///book.sqlite", "sqlite:///{folder}/book.sqlite"),
        ("sqlite:////srv/book.sqlite", "sqlite:////srv/book.sqlite"),
        ("postgresql://grader@db/course", "postgresql://grader@db/course"),
    ],
)
def test_a_gradebook_lies_where_course_toml_says_from_everywhere(tmp_path, monkeypatch, url, place):
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    (tmp_path / "course.toml").write_text(f'gradebook = "{url}"\n[report]\ngradebook = "{url}"\n')
    defaults = settings_here(tmp_path)
    for command in ("grade", "show", "report"):
        assert defaults[command]["gradebook"] == place.format(folder=tmp_path.resolve())


def test_lateness_is_laid_over_a_score_and_shown_apart(tmp_path, monkeypatch):
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    rules = rules_of(RULES, tmp_path)
    score = replace(make_score(exercise="chain-rule"), status="graded", earned=8.0, possible=10.0)
    late = replace(score, handed_in="2026-03-02T23:00:00+00:00")
    found = with_lateness(late, rules, {})
    assert (found.earned, found.final) == (8.0, 6.0)
    assert found.late == Late("2026-03-01T23:59:00+01:00", 86_460.0, 2.0)
    assert from_json(to_json(found)) == found
    ada = {score.student: Person(score.student, extension="chain-rule: 2 days")}
    assert with_lateness(found, rules, ada).late is None
    assert with_lateness(replace(late, handed_in=""), rules, {}).final == 8.0
    assert with_lateness(replace(late, exercise="higher-order"), rules, {}).late is None
