"""No generated roster puts a grade into a wrong row, and nobody is lost without a word.

`benchmarks/bench_rosters.py` tries a thousand.
"""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.submissions.roster import Person, read_roster
from tests.made_rosters import Truth, classes, wrong_imports, wrong_rows


@settings(max_examples=60, deadline=None)
@given(classes(), st.sampled_from(",;\t"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_exports_fill_the_right_rows_or_say_why_not(
    truths: list[Truth], delimiter: str, encoding: str
) -> None:
    assert wrong_rows(truths, delimiter, encoding) == []


@settings(max_examples=30, deadline=None)
@given(classes())
def test_imports_give_everybody_their_own_file(truths: list[Truth]) -> None:
    assert wrong_imports(truths) == []


def test_a_wrong_row_would_be_seen() -> None:
    ada, bob = (
        Person("ada", "Ada", canvas_id="1", moodle_id="1"),
        Person("bob", "B", canvas_id="2", moodle_id="2"),
    )
    assert wrong_rows([Truth(ada, ada), Truth(bob, bob)], ",", "utf-8") == []
    swapped = Person("ada", "x", canvas_id="2", moodle_id="2")
    assert wrong_rows([Truth(ada, swapped), Truth(bob, Person("bob", "y"))], ",", "utf-8") != []


def test_a_name_keeps_its_spaces_and_loses_its_line_breaks(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text('student,name\nada-l," Ada\u00a0\u3000L\n\n B\u2028C "\n', "utf-8")
    assert read_roster(path)["ada-l"].name == "Ada\u00a0\u3000L B C"
