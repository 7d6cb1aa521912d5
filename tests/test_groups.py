"""One work of a group is every member's: who gets which file, and what is said about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from grader.course.loading import Course
from grader.grading.pairs import pairs_of
from grader.grading.standing import term_of
from grader.model import Submission, Unreadable
from grader.scores.decisions import Decisions
from grader.submissions.groups import for_every_member
from grader.submissions.roster import Person, merge
from tests.in_process import ROOT
from tests.made_course import make_course
from tests.test_docs_blocks import BLOCK, NOTE
from tests.test_queue import submission_of

PEOPLE = {
    name: Person(name, group=group)
    for name, group in (
        ("ada-l", "red"), ("emmy-n", "red"), ("grace-h", "red"), ("mary-c", "blue"), ("hedy-l", ""),
    )
}  # fmt: skip


def work(student: str, sha256: str = "1", when: str = "2026-03-01T10:00:00+00:00") -> Submission:
    return replace(submission_of(student, sha256 * 64), handed_in=when)


def spread(*found: Submission | Unreadable, grouped: bool = True) -> list[tuple[str, str]]:
    items = for_every_member(found, PEOPLE, lambda _: grouped, datetime.fromisoformat)
    return [(item.student, (item.sha256 or "")[:1]) for item in items]


def test_one_work_is_everybodys() -> None:
    assert spread(work("emmy-n"), work("hedy-l", "5")) == [
        ("ada-l", "1"), ("emmy-n", "1"), ("grace-h", "1"), ("hedy-l", "5"),
    ]  # fmt: skip


def test_the_last_of_several_counts_for_all() -> None:
    early, late = work("ada-l"), work("grace-h", "2", "2026-03-02T09:00:00+02:00")
    assert spread(early, late) == [("ada-l", "2"), ("emmy-n", "2"), ("grace-h", "2")]


def test_who_handed_it_in_is_said() -> None:
    items = for_every_member([work("emmy-n")], PEOPLE, lambda _: True, datetime.fromisoformat)
    remarks = {item.student: item.remarks for item in items}
    assert remarks["emmy-n"] == ()
    assert remarks["ada-l"] == ("Handed in by emmy-n for the group red.",)


def test_nobody_loses_a_file_where_the_last_one_is_not_known() -> None:
    items = for_every_member(
        [work("ada-l", when=""), work("grace-h", "2")],
        PEOPLE, lambda _: True, datetime.fromisoformat,
    )  # fmt: skip
    assert [(item.student, item.sha256[:1]) for item in items] == [
        ("ada-l", "1"), ("emmy-n", "1"), ("grace-h", "2"),
    ]  # fmt: skip
    assert "nobody knows which is the last" in items[1].remarks[0]


def test_an_unreadable_file_gives_way_and_is_everybodys_where_it_is_the_only_one() -> None:
    broken = Unreadable(
        student="ada-l", exercise="squares", path=Path("squares.py"), reason="is not Python",
        sha256="7" * 64,
    )  # fmt: skip
    assert spread(broken, work("emmy-n")) == [("ada-l", "1"), ("emmy-n", "1"), ("grace-h", "1")]
    assert spread(broken) == [("ada-l", "7"), ("emmy-n", "7"), ("grace-h", "7")]


def test_without_groups_in_the_course_everybody_works_alone() -> None:
    assert spread(work("emmy-n"), grouped=False) == [("emmy-n", "1")]


def test_members_of_a_group_are_no_pair(tmp_path: Path) -> None:
    course = make_course(tmp_path)
    works = [work("ada-l"), work("emmy-n"), work("mary-c")]
    assert len(pairs_of(works, course, Decisions())) == 3
    (tmp_path / "course.toml").write_text(
        'roster = "roster.csv"\n[exercise.squares]\ngroups = true\n'
    )
    rows = "\n".join(f"{name},{person.group}" for name, person in PEOPLE.items())
    (tmp_path / "roster.csv").write_text(f"student,group\n{rows}\n")
    pairs = {
        (p.alike.first, p.alike.second) for p in pairs_of(works, Course(tmp_path), Decisions())
    }
    assert pairs == {("ada-l", "mary-c"), ("emmy-n", "mary-c")}


def test_an_instructors_group_goes_before_a_platforms() -> None:
    found = [Person("ada-l", group="submission_7"), Person("new", group="submission_7")]
    people = merge(PEOPLE, found)
    assert (people["ada-l"].group, people["new"].group) == ("red", "submission_7")


def test_the_page_about_a_term_shows_a_course_toml_and_a_roster_that_are_read(
    tmp_path: Path,
) -> None:
    page = (ROOT / "docs" / "term.md").read_text("utf-8")
    for block in BLOCK.finditer(page):
        (name,) = NOTE.findall(block["notes"])
        (tmp_path / name).write_text(block["body"], "utf-8")
    term = term_of(Course(tmp_path))
    assert term.rules.of("linear-regression").groups
    assert not term.rules.of("chain-rule").groups
    assert term.rules.of("chain-rule").late.percent == 10
    assert {name: person.group for name, person in term.people.items()} == {
        "ada-l": "red", "emmy-n": "red", "grace-h": "",
    }  # fmt: skip


def test_what_gradescope_says_of_one_assignment_is_no_group_for_the_next() -> None:
    first = [Person(name, group="submission_1") for name in ("ada-l", "grace-h")]
    second = [Person("ada-l"), Person("grace-h", group="submission_7")]
    people = merge(merge({}, first), second)
    assert (people["ada-l"].group, people["grace-h"].group) == ("", "submission_7")
    found = for_every_member(
        [work("ada-l"), work("grace-h", "2")], merge({}, first), lambda _: True,
        datetime.fromisoformat,
    )  # fmt: skip
    assert [(item.student, (item.sha256 or "")[:1]) for item in found] == [
        ("ada-l", "1"), ("grace-h", "2"),
    ]  # fmt: skip


def test_the_work_of_one_student_alone_goes_to_nobody_else(tmp_path: Path) -> None:
    from grader.grading.pipeline import _is_one_students

    assert _is_one_students(tmp_path / "ada-l", [work("ada-l")])
    assert not _is_one_students(tmp_path / "class", [work("ada-l")])
    assert not _is_one_students(tmp_path / "ada-l", [work("ada-l"), work("grace-h")])
