"""A row is somebody's only where everything that is known agrees; else it is refused by name."""

from __future__ import annotations

import pytest

from grader.submissions.matching import Known, Rows, plain_name
from grader.submissions.roster import Person

ROWS = Rows([
    {"canvas_id": "1", "sis_id": "S1", "login": "ada", "name": "Lovelace, Ada"},
    {"canvas_id": "2", "sis_id": "S2", "login": "bob", "name": "B, Bob"},
    {"canvas_id": "3", "sis_id": "2", "login": "Cy", "name": "C, Cy"},
    {"canvas_id": "4", "sis_id": "", "login": "", "name": "Z, Zoe\u0308"},
    {"canvas_id": "5", "sis_id": "", "login": "", "name": "C, Cy"},
])  # fmt: skip


@pytest.mark.parametrize(
    ("person", "row", "why"),
    [
        (Person("x", canvas_id="2"), 1, ""),
        (Person("x", sis_id="2"), 2, ""),  # another column's 2
        (Person("x", canvas_id="1", sis_id="S1", login="ADA"), 0, ""),
        (Person("x", canvas_id="1", sis_id="S2"), None, "Canvas ID and SIS ID are those of differ"),
        (Person("x", canvas_id="1", sis_id="S9"), None, "another SIS ID ('S1')"),
        (Person("x", canvas_id="9", name="Ada Lovelace"), None, "another Canvas ID"),
        (Person("ada"), 0, ""),
        (Person("2"), None, "2 rows have '2' as an identifier"),
        (Person("2", canvas_id="2"), 1, ""),
        (Person("ada", canvas_id="2"), None, "the folder's name is an identifier of another"),
        (Person("x", name="ada LOVELACE"), 0, ""),
        (Person("x", name="Zoë Z"), 3, ""),
        (Person("x", name="Cy C"), None, "2 rows bear the name"),
        (Person("x", canvas_id="1", name="Bob B"), None, "the name is another row's"),
        (Person("x", name="nobody"), None, "no row has 'nobody'"),
        (Person("x", canvas_id="77"), None, "no row has this Canvas ID or name"),
    ],
)
def test_all_identifiers_must_agree(person: Person, row: int | None, why: str) -> None:
    found = ROWS.row_of(person)
    assert found.row == row
    assert why in found.why


def test_nobody_gets_a_row_that_is_two_peoples() -> None:
    ada, eve = Person("one", canvas_id="1"), Person("two", canvas_id="1")
    for match in ROWS.matches([ada, eve]):
        assert match.row is None
        assert "(one and two) fit the one row of 'Lovelace, Ada'" in match.why
    (alone,) = ROWS.matches([ada], others=[eve])
    assert alone.row is None, "somebody of the roster without a score counts, too"


def test_a_folders_name_is_taken_for_one_thing_only() -> None:
    rows = Rows([{"email": "x@y.z", "name": "Li Wei"}, {"email": "7", "name": "Li Wei"}])
    assert rows.row_of(Person("x@y.z", login="x@y.z")).row is None, "it is a login, no address"
    assert rows.row_of(Person("7")).row is None, "it is no address"
    assert rows.row_of(Person("x@y.z")).row == 0
    assert "2 rows bear the name" in rows.row_of(Person("x@y.z", "Wei Li")).why


def test_two_identifiers_that_differ_in_case_are_told_apart() -> None:
    rows = Rows([{"login": "Ada"}, {"login": "ada"}])
    assert rows.row_of(Person("x", login="ada")).row == 1
    assert rows.row_of(Person("x", login="ADA")).row is None


def test_marks_of_other_scripts_are_part_of_a_name() -> None:
    assert plain_name("कि") != plain_name("की")
    assert plain_name("Ünal, Ömer") == plain_name("o\u0308mer u\u0308nal")


def test_a_roster_recognises_its_people_by_identifier_alone() -> None:
    known = Known([Person("ada-l", "Ada", canvas_id="1"), Person("Zoë", moodle_id="5")])
    assert known.handle_of(Person("lada-1", canvas_id="1")) == "ada-l"
    assert known.handle_of(Person("Zoe\u0308")) == "Zoë"
    assert known.handle_of(Person("x-5", moodle_id="5")) is None, "counted anew each time"
    assert known.handle_of(Person("x", "Ada")) is None, "a name is not enough"
