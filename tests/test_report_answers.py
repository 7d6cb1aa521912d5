"""The five answers on the class page's first screen, and a table of scores of any length."""

from __future__ import annotations

import json
import re
import resource
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from grader.model import Outcome, Score
from grader.report import render_class
from grader.report.class_help import in_order_of_time
from grader.report.class_ideas import idea_of
from grader.report.class_lines import ScoreLine, line_of
from grader.report.class_view import class_view
from grader.report.pages import words_of
from grader.report.writing import write_class
from grader.term.missing import Missing
from tests.made_class import make_class
from tests.made_scores import make_check, make_score

WORDS = words_of(None)
ROOT = Path(__file__).resolve().parent.parent
P, F = Outcome.PASS, Outcome.FAIL


def handed_in(
    student: str,
    exercise: str,
    *outcomes: Outcome,
    day: int = 0,
    mistake: str | None = None,
) -> Score:
    checks = tuple(
        make_check(
            outcome,
            id=f"{exercise}-{number}",
            mistake=mistake and mistake.replace(" ", "-") if outcome is F else None,
            mistake_title=mistake if outcome is F else None,
        )
        for number, outcome in enumerate(outcomes)
    )
    when = f"2026-03-{day:02}T12:00:00+00:00" if day else ""
    return replace(make_score(student, exercise, checks=checks, integrity=()), handed_in=when)


def helped(
    scores: Iterable[Score], missing: tuple[Missing, ...] = ()
) -> dict[str, tuple[str, ...]]:
    return {one.student: one.reasons for one in class_view(scores, WORDS, missing).help}


# ---------------------------------------------------------------- who needs help


def test_few_points_and_unfinished_work_need_help_and_full_marks_do_not() -> None:
    scores = [
        handed_in("ada-l", "a", P, P, P),
        handed_in("emmy-n", "a", F, F, P),
        handed_in("carl-g", "a", P, P, Outcome.MISSING),
    ]
    assert helped(scores) == {
        "emmy-n": ("3 of 9 points",),
        "carl-g": ("1 check not written yet",),
    }


def test_who_lost_most_points_comes_first_and_nothing_handed_in_counts_as_lost() -> None:
    scores = [handed_in("emmy-n", "a", F, F, P), handed_in("ada-l", "a", P, P, P)]
    absent = (Missing("kurt-g", "Kurt", ("a",)),)
    assert list(helped(scores, absent)) == ["kurt-g", "emmy-n"]
    assert helped(scores, absent)["kurt-g"] == ("1 exercise not handed in",)


def test_who_falls_is_told_and_a_hard_exercise_is_nobodys_fall() -> None:
    steady = [
        handed_in(f"s{k}", exercise, P, P, P, P, day=day + k % 2)
        for k in range(6)
        for exercise, day in (("z-first", 1), ("m-second", 10), ("a-third", 20))
    ]
    falling = [
        handed_in("ida-r", "z-first", P, P, P, P, day=1),
        handed_in("ida-r", "m-second", P, P, P, F, day=10),
        handed_in("ida-r", "a-third", P, P, F, F, day=20),
    ]
    assert helped([*steady, *falling]) == {"ida-r": ("falls from 88 % to 50 %",)}
    hard = [
        handed_in(f"s{k}", exercise, *outcomes, day=day)
        for k in range(6)
        for exercise, day, outcomes in (("x", 1, (P, P, P, P)), ("y", 9, (P, P, F, F)))
    ]
    assert helped(hard) == {}


def test_where_no_times_are_known_nobody_falls() -> None:
    scores = [handed_in("ida-r", "a", P, P), handed_in("ida-r", "b", P, F)]
    lines = [line_of(score, WORDS["class"]) for score in scores]
    assert in_order_of_time(lines) == ()
    assert helped(scores) == {}


def test_work_that_could_not_be_graded_is_no_lack_of_points() -> None:
    score = replace(handed_in("john-n", "a"), status="ungraded", message="a.ipynb: is empty")
    assert helped([score]) == {}


# ---------------------------------------------------------------- what was misunderstood


def test_one_idea_is_counted_over_all_checks_where_it_shows() -> None:
    scores = [
        handed_in("ada-l", "a", F, P, mistake="a sum instead of a mean"),
        handed_in("ada-l", "b", F, F, mistake="the gradients of a sum"),
        handed_in("emmy-n", "b", P, F, mistake="sums instead of means"),
        handed_in("carl-g", "a", F, P, mistake="the squares are multiplied"),
    ]
    first, second = class_view(scores, WORDS).ideas
    assert first.title == "a sum in place of a mean, or a mean in place of a sum"
    assert first.students == ("ada-l", "emmy-n")
    assert set(first.checks) == {("a", "a-0"), ("b", "b-0"), ("b", "b-1")}
    assert (second.title, second.students) == ("the squares are multiplied", ("carl-g",))
    page = render_class(scores)
    assert "<strong>2 students</strong>, in 3 checks" in page
    assert "<strong>1 student</strong>, in a-0" in page


@pytest.mark.parametrize(
    ("title", "idea"),
    [
        ("gradients pile up from epoch to epoch", "gradients add up and are not reset"),
        ("gradients add up from call to call", "gradients add up and are not reset"),
        ("a reset too early", "a reset at the wrong time"),
        ("dL/dW transposed", "a transposed result"),
        ("the wrong sign for b", "the wrong sign"),
        ("the two gradients swapped", "the order of what is returned"),
        ("momentum", "momentum"),
    ],
)
def test_titles_lead_to_ideas(title: str, idea: str) -> None:
    assert idea_of(title, WORDS["ideas"]) == idea


def test_every_phrase_of_an_idea_is_there_for_a_mistake_that_exists() -> None:
    told = (
        "\n".join(
            path.read_text("utf-8").lower()
            for folder in (ROOT / "reference", ROOT / "grader" / "judging")
            for path in folder.rglob("*.py")
        )
        + "sum instead of mean"
    )
    phrases = [phrase for some in WORDS["ideas"].values() for phrase in some]
    assert [phrase for phrase in phrases if phrase not in told] == []


def test_a_course_may_name_ideas_of_its_own(tmp_path: Path) -> None:
    own = '[ideas]\n"the sign" = ["squares", "wrong sign"]\n'
    (tmp_path / "words.toml").write_text(own, "utf-8")
    assert idea_of("the wrong sign", words_of(tmp_path)["ideas"]) == "the sign"
    assert idea_of("a reset too early", words_of(tmp_path)["ideas"]) == "a reset at the wrong time"
    assert idea_of("the squares are multiplied", words_of(tmp_path)["ideas"]) == "the sign"


# ---------------------------------------------------------------- which check is suspicious


def reasons_of(scores: Iterable[Score]) -> dict[str, tuple[str, ...]]:
    return {one.check.name: one.reasons for one in class_view(scores, WORDS).suspects}


def test_a_check_that_nearly_nobody_gets_right_is_too_hard() -> None:
    scores = [handed_in(f"s{k}", "a", P if k < 6 else F, F if k else P) for k in range(12)]
    assert reasons_of(scores) == {"a-1": ("too hard: 8 % get it right",)}


def test_a_check_that_weak_work_passes_is_suspicious() -> None:
    strong = [handed_in(f"s{k}", "a", P, P, F) for k in range(6)]
    weak = [handed_in(f"w{k}", "a", F, F, P) for k in range(6)]
    said = "weak work gets it right more often than strong work"
    assert reasons_of([*strong, *weak]) == {"a-2": (said,)}


def test_a_check_that_chance_decides_does_not_tell_strong_from_weak() -> None:
    outcomes = [(P, P, P), (P, P, F), (F, F, P), (F, F, F)] * 4
    scores = [handed_in(f"s{k}", "a", *some) for k, some in enumerate(outcomes)]
    assert reasons_of(scores) == {"a-2": ("does not tell strong from weak work",)}


def test_flips_and_timeouts_are_reasons_even_where_scores_are_provisional() -> None:
    scores = [handed_in(f"s{k}", "a", P, Outcome.TIMEOUT if k < 2 else P) for k in range(10)]
    flipped = replace(handed_in("t", "a", Outcome.INCONCLUSIVE, P), status="provisional")
    assert reasons_of([*scores, flipped]) == {
        "a-0": ("flips: no verdict for 1 submission",),
        "a-1": ("2 of 10 hit a limit of time or memory",),
    }


def test_a_few_submissions_say_nothing_against_a_check() -> None:
    assert reasons_of([handed_in(f"s{k}", "a", F, P) for k in range(9)]) == {}


# ---------------------------------------------------------------- the order of the page


def test_the_scores_come_before_the_statistics() -> None:
    missing = [Missing("kurt-g", "Kurt", ("exercise-0",))]
    page = render_class(make_class(30), missing=missing)
    order = re.findall(r'<h2 id="([\w-]+)"', page)
    assert order[:7] == ["help", "ideas", "suspects", "absent", "attention", "grades", "table"]
    assert order[7:12] == ["help-all", "mistakes", "human", "missing", "exercises"]


def test_without_a_roster_the_page_says_how_to_know_who_is_missing() -> None:
    assert "Name a roster in course.toml" in render_class(make_class(3))
    assert "all have handed in" in render_class(make_class(3), has_roster=True)


# ---------------------------------------------------------------- a class of any size


def crowd(students: int, exercises: int) -> Iterable[ScoreLine]:
    for hundred in range(students // 100):
        for score in make_class(100, exercises, seed=hundred):
            yield line_of(replace(score, student=f"{score.student}-{hundred}"), WORDS["class"])


@pytest.mark.slow
def test_ten_thousand_students_stay_below_two_megabytes_a_page(tmp_path: Path) -> None:
    lines = list(crowd(10_000, 3))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    write_class(tmp_path, lines)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    pages = sorted(tmp_path.glob("*.html"))
    assert max(page.stat().st_size for page in pages) < 2_000_000
    assert grown < 200_000, "kB of memory for writing the pages"
    rows = [
        name
        for page in pages
        for name in re.findall(
            r'<tr[^>]*><th scope="row">([\w-]+)</th><td data-sort', page.read_text()
        )
    ]
    assert len(rows) == len(set(rows)) == 10_000


@pytest.mark.slow
def test_a_long_table_goes_on_in_other_pages_and_each_leads_to_all(tmp_path: Path) -> None:
    lines = list(crowd(2_000, 2))
    write_class(tmp_path, lines)
    pages = {"index.html", "scores-2.html"}
    assert {path.name for path in tmp_path.glob("*.html")} == pages
    text = (tmp_path / "scores-2.html").read_text()
    assert 'href="index.html"' in text
    everyone = re.search(r'id="everyone">(.*?)</script>', text)
    assert everyone is not None
    assert sum(len(names) for _, names in json.loads(everyone[1])) == 2_000
    write_class(tmp_path, lines[:200])
    assert {path.name for path in tmp_path.glob("*.html")} == {"index.html"}


@pytest.mark.slow
def test_names_cannot_end_the_list_of_everyone(tmp_path: Path) -> None:
    name = "</script><script>alert(1)</script>"
    lines = [replace(line, student=f"{name}{at}") for at, line in enumerate(crowd(2_000, 2))]
    write_class(tmp_path, lines)
    assert "<script>alert" not in (tmp_path / "index.html").read_text()
