"""Grades go back into the files of learning platforms, and nothing else in them changes."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.exports.canvas import fill_canvas
from grader.exports.moodle import fill_moodle
from grader.exports.selection import scaled, scores_in
from grader.exports.tables import NBGRADER, gradebook_csv, nbgrader_csv
from grader.model import Late, Outcome
from grader.scores.record import write_scores
from grader.spreadsheets import Sheet, plain_cell, read_sheet, write_rows
from grader.submissions.roster import Person, merge, read_roster, write_roster
from tests.made_scores import make_check, make_score

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Scalar gradients (4711),Other (4712),"
    "Current Score\n"
    ",,,,,Manual Posting,,(read only)\n"
    '"    Points Possible",,,,,12.00,10.00,(read only)\n'
    '"Lovelace, Ada",1,s1,ada-l,"Mo, 9 o\'clock",,3.00,90.1\n'
    '"O\'Brien ""Bo"", Emmy",2,s2,emmy-n,A,EX,4.00,50\n'
    '"Hopper, Grace",3,s3,grace.h@example.org,A,,,\n'
    '"Student, Test",99,,abc,A,,,\n'
)
MOODLE = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade",'
    '"Last modified (grade)","Feedback comments"\r\n'
    'Participant 17,"Ada Lovelace",ada@example.org,"Submitted for grading",,6.00,-,\r\n'
    'Participant 170,"Grace Hopper",Grace@example.org,"No submission",,6.00,"Mo, 3 May",\r\n'
)


def rows(content: bytes, encoding: str = "utf-8", delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(encoding), newline=""), delimiter=delimiter))


def sheet(tmp_path: Path, text: str, encoding: str = "utf-8") -> Sheet:
    path = tmp_path / "export.csv"
    path.write_bytes(text.encode(encoding))
    return read_sheet(path)


def test_canvas_gets_one_column_and_keeps_the_rest(tmp_path: Path) -> None:
    scores = [make_score("ada-l"), make_score("grace-h"), make_score("alan-t")]
    people = {"grace-h": Person("grace-h", login="grace.h@example.org")}
    filled = fill_canvas(sheet(tmp_path, CANVAS), scores, people, "Scalar gradients")
    before, after = rows(CANVAS.encode()), rows(filled.content)
    assert filled.filled == ("ada-l", "grace-h")
    assert filled.left == ("alan-t: no row has 'alan-t' as its name or an identifier",)
    assert filled.scale == "6 -> 12"
    assert (after[3][5], after[5][5]) == ("6", "6")
    assert after[4][5] == "EX", "nobody who was not graded is touched"
    for old, new in zip(before, after, strict=True):
        assert [old[n] for n in range(len(old)) if n != 5] == [
            new[n] for n in range(len(new)) if n != 5
        ]


@pytest.mark.parametrize(
    ("assignment", "column"), [("4712", 6), ("other", 6), ("Other (4712)", 6), ("Scalar", 5)]
)
def test_a_canvas_column_is_found_by_id_title_or_part(
    tmp_path: Path, assignment: str, column: int
) -> None:
    filled = fill_canvas(sheet(tmp_path, CANVAS), [make_score("ada-l")], {}, assignment)
    assert rows(filled.content)[3][column] != rows(CANVAS.encode())[3][column]


@pytest.mark.parametrize("assignment", ["r", "nothing like it", "Current Score", "Section"])
def test_an_unclear_canvas_column_is_refused(tmp_path: Path, assignment: str) -> None:
    with pytest.raises(UsageError, match="the file has: Scalar gradients"):
        fill_canvas(sheet(tmp_path, CANVAS), [make_score("ada-l")], {}, assignment)


def test_two_rows_of_one_name_get_nothing(tmp_path: Path) -> None:
    twice = CANVAS + '"Lovelace, Ada",7,s7,other,B,,,\n'
    people = {"x": Person("x", name="Ada Lovelace")}
    filled = fill_canvas(sheet(tmp_path, twice), [make_score("x")], people, "4711")
    assert filled.left == (
        "x: 2 rows bear the name 'Ada Lovelace'; add an identifier to the roster",
    )


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8-sig"), (",", "utf-16"),
                                                     (";", "cp1252")])  # fmt: skip
def test_delimiter_and_encoding_stay_as_they_were(
    tmp_path: Path, delimiter: str, encoding: str
) -> None:
    table = rows(CANVAS.replace("Lovelace", "Lövelace").encode())
    text = write_rows(table, delimiter)
    filled = fill_canvas(sheet(tmp_path, text, encoding), [make_score("ada-l")], {}, "4711")
    table[3][5] = "6"
    assert rows(filled.content, encoding, delimiter) == table


def test_moodle_gets_grade_and_feedback(tmp_path: Path) -> None:
    check = make_check(Outcome.FAIL, feedback='=HYPERLINK("x")\n"quoted", and ;')
    scores = [make_score("a", checks=(check,)), make_score("grace-h", checks=(make_check(),))]
    people = {"a": Person("a", moodle_id="17"), "grace-h": Person("grace-h", name="Grace Hopper")}
    filled = fill_moodle(sheet(tmp_path, MOODLE), scores, people, comma=True)
    head, ada, grace = rows(filled.content)
    assert head == rows(MOODLE.encode())[0]
    assert ada[4] == "0"
    assert '"quoted", and ;' in ada[7]
    assert (grace[4], grace[6]) == ("6", "Mo, 3 May")
    assert filled.content.count(b"\r\n") >= 3
    assert filled.scale == "3 -> 6"


def test_a_localised_worksheet_is_read(tmp_path: Path) -> None:
    german = MOODLE.replace("Identifier", "ID").replace("Grade,", "Bewertung,", 1)
    german = german.replace("Full name", "Vollständiger Name").replace(
        "Maximum Grade", "Bestwertung"
    )
    german = german.replace("Participant", "Teilnehmer/in").replace("6.00", "6,00") \
        .replace("6,00", '"6,00"')  # fmt: skip
    person = {"a": Person("a", moodle_id="170")}
    filled = fill_moodle(sheet(tmp_path, german), [make_score("a")], person, comma=True)
    assert rows(filled.content)[2][4] == "3"


POLISH = (
    'Identyfikator,"Imię i nazwisko","Adres e-mail",Status,Ocena,"Maksymalna ocena",Zmiana,Uwagi\n'
    '"Uczestnik 17",Ada,ada@example.org,x,,"10,00",-,\n'
    '"Uczestnik 18",Bob,bob@example.org,x,,"10,00",-,\n'
)


def test_a_worksheet_in_an_unknown_language_is_read_by_order_and_content(tmp_path: Path) -> None:
    people = {"a": Person("a", "Ada", moodle_id="17"), "b": Person("b", email="bob@example.org")}
    wrong = make_check(Outcome.FAIL, feedback="`x < y`: no")
    scores = [make_score("a", checks=(wrong, make_check())), make_score("b")]
    filled = fill_moodle(sheet(tmp_path, POLISH), scores, people)
    _, ada, bob = rows(filled.content)
    assert filled.filled == ("a", "b")
    assert (ada[4], bob[4]) == ("5", "5")
    assert "<code>x &lt; y</code>: no<br>\n" in ada[7]
    half = fill_moodle(sheet(tmp_path, POLISH), [replace(scores[1], earned=0.3)], people)
    assert rows(half.content)[2][4] == "0,5"


@pytest.mark.parametrize(
    ("scale", "says"),
    [('"Pass, Fail"', "scale"), ('"nicht bestanden, bestanden"', "scale")],
)
def test_a_scale_takes_no_points(tmp_path: Path, scale: str, says: str) -> None:
    text = f'Identifier,"Full name",Status,Grade,Scale,Last\n"Participant 17",Ada,x,,{scale},-\n'
    with pytest.raises(UsageError, match=says):
        fill_moodle(sheet(tmp_path, text), [make_score("Ada")], {})


def test_columns_can_be_named(tmp_path: Path) -> None:
    odd = sheet(tmp_path, "Kennung,Vorname,Punkte\nT 17,Ada,\n")
    people = {"a": Person("a", moodle_id="17")}
    with pytest.raises(UsageError, match="--columns identifier=1,grade=5"):
        fill_moodle(odd, [make_score("a")], people)
    named = {"identifier": "1", "grade": "Punkte"}
    filled = fill_moodle(odd, [make_score("a")], people, columns=named)
    assert rows(filled.content)[1] == ["T 17", "Ada", "3"]
    for bad in ({"grade": "9"}, {"grade": "9" * 5_000}, {"points": "1"}):
        with pytest.raises(UsageError, match="--columns"):
            fill_moodle(odd, [make_score("a")], people, columns=bad)


@pytest.mark.parametrize("title", ["Final graded exercise (55)", "Recurrent nets: score function",
                                   "Current Points", "Final points (3)"])  # fmt: skip
def test_an_assignment_may_be_called_as_a_total_is(tmp_path: Path, title: str) -> None:
    text = (
        f"Student,ID,SIS Login ID,Section,{title},Final Score\n"
        "    Points Possible,,,,6,(read only)\n"
        '"A, Ada",1,ada,S,,\n"B, Bob",2,bob,S,EX,\n'
    )
    scores = [make_score("ada"), make_score("bob")]
    filled = fill_canvas(sheet(tmp_path, text), scores, {}, title)
    assert [row[4] for row in rows(filled.content)[2:]] == ["3", "EX"]
    assert filled.left == ("bob: is excused (EX) in Canvas; that stays",)


def test_two_scores_for_one_row_are_told(tmp_path: Path) -> None:
    people = {name: Person(name, canvas_id="1") for name in ("x", "y")}
    filled = fill_canvas(
        sheet(tmp_path, CANVAS), [make_score("x"), make_score("y")], people, "4711"
    )
    assert filled.filled == ()
    assert all("(x and y) fit the one row of 'Lovelace, Ada'" in line for line in filled.left)


def test_a_file_with_commas_gets_commas(tmp_path: Path) -> None:
    text = CANVAS.replace(",", ";").replace("12.00", "12,00").replace("Lovelace;", "Lovelace,")
    filled = fill_canvas(
        sheet(tmp_path, text), [replace(make_score("ada-l"), earned=1.25)], {}, "4711"
    )
    assert "ada-l;" in filled.content.decode()
    assert ";2,5;" in filled.content.decode()


def test_what_is_provisional_is_never_a_number(tmp_path: Path) -> None:
    undecided = make_score("ada-l", status="provisional")
    for fill in (
        lambda: fill_canvas(sheet(tmp_path, CANVAS), [undecided], {}, "4711"),
        lambda: fill_moodle(sheet(tmp_path, MOODLE), [undecided], {}),
    ):
        filled = fill()
        assert filled.filled == ()
        assert "provisional" in filled.left[0]
    assert rows(gradebook_csv([undecided]).encode())[1][3] == ""
    assert rows(nbgrader_csv([undecided], {}).encode())[1][9] == ""


def test_other_files_are_refused_by_name(tmp_path: Path) -> None:
    other = sheet(tmp_path, "a,b\n1,2\n")
    with pytest.raises(UsageError, match="Canvas exported"):
        fill_canvas(other, [make_score()], {}, None)
    with pytest.raises(UsageError, match="not: a, b"):
        fill_moodle(other, [make_score()], {})
    with pytest.raises(UsageError, match="no CSV file"):
        sheet(tmp_path, 'a,b\n"open')
    with pytest.raises(UsageError, match="is empty"):
        sheet(tmp_path, "")


def test_the_tables_have_their_columns() -> None:
    person = Person("ada-l", "Lovelace, Ada", "ada@example.org")
    (head, row) = rows(nbgrader_csv([make_score()], {"ada-l": person}).encode())
    assert tuple(head) == NBGRADER
    assert dict(zip(head, row, strict=True)) == {
        "assignment": "scalar-gradients", "duedate": "", "timestamp": "2026-11-22T04:30:00Z",
        "student_id": "ada-l", "last_name": "Lovelace", "first_name": "Ada",
        "email": "ada@example.org", "raw_score": "3", "late_submission_penalty": "0.0",
        "score": "3", "max_score": "6",
    }  # fmt: skip
    (head, row) = rows(gradebook_csv([make_score()]).encode())
    assert row[:6] == ["ada-l", "scalar-gradients", "graded", "3", "6", "50.0"]
    late = replace(
        make_score(),
        handed_in="2026-03-02T12:00:00+00:00",
        late=Late("2026-03-01T12:00:00+00:00", 86_400.0, 0.6),
    )
    row = dict(zip(*rows(gradebook_csv([late]).encode()), strict=True))
    assert (row["earned"], row["late"], row["final"], row["percent"]) == ("3", "0.6", "2.4", "40.0")
    row = dict(zip(*rows(nbgrader_csv([late], {}).encode()), strict=True))
    assert (row["raw_score"], row["late_submission_penalty"], row["score"]) == ("3", "0.6", "2.4")
    assert row["duedate"] == "2026-03-01T12:00:00+00:00"
    assert scaled(late, 10) == 4.0


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "a,b", 'a"b', "a\nb",
           "\u202eevil", "\x00=1"]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_becomes_a_formula_or_a_column(name: str) -> None:
    _, row = rows(gradebook_csv([make_score(name)]).encode())
    assert len(row) == 12
    assert row[0].lstrip()[:1] not in {"=", "+", "-", "@", "\t", "\r", "＝"}


@pytest.mark.slow
@given(st.text())
def test_a_cell_is_never_a_formula(text: str) -> None:
    cell = plain_cell(text)
    assert not cell.lstrip().startswith(("=", "+", "-", "@"))
    assert list(csv.reader(io.StringIO(write_rows([[cell, "x"]]), newline=""))) == [[cell, "x"]]


def test_a_roster_is_kept_and_merged(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    assert read_roster(path) == {}
    first = merge({}, [Person("ada-l", "Ada, L", canvas_id="1"), Person("=x")])
    write_roster(path, first)
    read = read_roster(path)
    assert read == first
    both = merge(read, [Person("ada-l", email="a@example.org")])
    assert both["ada-l"] == Person("ada-l", "Ada, L", "a@example.org", "1")
    for text, says in (("name\nx\n", "row 1"), ("student\na\na\n", "row 3.*twice"),
                       ("student,name\n,x\n", "row 2.*empty")):  # fmt: skip
        path.write_text(text)
        with pytest.raises(UsageError, match=says):
            read_roster(path)


def test_scores_are_found_where_they_were_written(tmp_path: Path) -> None:
    write_scores(tmp_path, [make_score(), make_score("emmy-n", "chain-rule")])
    assert len(scores_in(tmp_path)) == 2
    assert [s.student for s in scores_in(tmp_path / "scores.json", "chain-rule")] == ["emmy-n"]
    with pytest.raises(UsageError, match="holds no score of 'x'"):
        scores_in(tmp_path, "x")
    with pytest.raises(UsageError, match="grade first"):
        scores_in(tmp_path / "nowhere")
