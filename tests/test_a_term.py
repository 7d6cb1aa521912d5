"""A term of thirty students from the first grading to the last appeal, against a table by hand."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

import grader
from grader.cli import app
from tests.made_course import CONTRACT, REFERENCE, STARTER

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.sandbox]

DUE = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
COURSE = """
out = "reports"
roster = "roster.csv"
timezone = "UTC"

[late]
percent = 10
per = "day"
grace = "15 minutes"
most = 50

[exercise.squares]
due = 2026-03-01T23:59:00
attempts = "best"

[exercise.cubes]
due = 2026-03-01T23:59:00
groups = true

[exercise.report]
due = 2026-03-01T23:59:00
"""
REPORT = """
title = "Report"
[dimensions]
n = {}
[inputs]
x = "normal(n)"
[[check]]
call = "scaled"
points = 2
[[check]]
id = "why"
title = "Why it is scaled"
points = 3
manual = true
prose = "why"
[[check.criterion]]
title = "names the file"
points = 2
[[check.criterion]]
title = "gives a reason"
points = 1
"""
REPORT_STARTER = """# %% [markdown] tags=["why"]
# *Your answer here.*

# %%
def scaled(x):
    raise NotImplementedError
"""
ESSAY = '# %% [markdown] tags=["why"]\n# The file says by how much, because units differ.\n\n'
WORKS = {
    "R": "def energy(x):\n    return (x**2).sum()\n\n\ndef slope(x):\n    return 2 * x\n",
    "H": "def energy(x):\n    return (x**2).sum()\n\n\ndef slope(x):\n    return x\n",
    "S": STARTER,
    "F": '# %%\nBY = float(open("scale.csv").read())\n\n\ndef scaled(x):\n    return BY * x\n',
    "N": "# %%\ndef scaled(x):\n    return x\n",
}

# Due at 23:59, 15 minutes of grace, 10 % of the 5 points a day, 50 % at most, never below 0.
# `R+20` is right work handed in 20 hours late, `H` has its slope wrong (2 of 5), `S` is the
# starter. `>` is a second file after the first grading. Squares: the best attempt counts. Cubes:
# one file a group, the last one. Report: F reads the data file (2 of 2), N does not (0); then the
# lines of the rubric that a person chose (1: 2 points, 2: 1 point); `.` is no text.
TABLE = """
student group extension  squares     cubes   report   squares cubes report
s01     g01   -          R-1         R-1     F 1;2    5       5     5
s02     g01   -          R+0.1       -       F 1      5       5     4
s03     g01   -          R+20        -       F 2      4.5     5     3
s04     g02   -          R+60        -       F 1;2    3.5     2     5
s05     g02   -          R+220       H-1     F .      2.5     2     2
s06     g02   -          H-1         -       N 1;2    3       2     3
s07     g03   -          H+20        -       F 1      1.5     4.5   5
s08     g03   2_days     R+36        -       F 1;2    5       5     5
s09     g03   2_days     R+70        R+20    F 1;2    4.5     5     5
s10     g04   -          H+220       H-9     N 1      0       5     2
s11     g04   -          H-9>R-1     -       F 1;2    5       5     5
s12     g04   -          R-9>H-1     R-1     F 1;2    5       5     5
s13     g05   -          H-9>R+20    R-9     F 2      4.5     2     3
s14     g05   -          S-1         H-1     F 1;2    0       2     5
s15     g05   -          -           -       N .      -       2     0
s16     g06   -          R-1         -       F 1;2    5       -     5
s17     g06   -          R-1         -       F 1      5       -     4
s18     g06   -          R-1         -       -        5       -     -
s19     g07   -          H-1         -       F 1;2    2       0     5
s20     g07   -          H-1         S-1     F 1;2    2       0     5
s21     g07   -          H-1         -       N 2      2       0     1
s22     g08   cubes:_1_day R-1       R+60    F 1;2    5       4     5
s23     g08   -          R-1         -       F 1;2    5       3.5   5
s24     g08   -          R-1         -       F 1      5       3.5   4
s25     g09   -          R+20        -       N 1      4.5     0     2
s26     g09   -          R+20        -       F 1;2    4.5     0     5
s27     g09   -          R+20        H+220   F 1;2    4.5     0     5
s28     g10   -          R-1         R-1     F 1;2    5       2     5
s29     g10   -          R-1         >H-0.5  F .      5       2     2
s30     g10   -          -           -       -        -       2     -
"""
POSSIBLE = 5.0


@dataclass(frozen=True)
class Row:
    """One student of the table."""

    student: str
    group: str
    extension: str
    squares: str
    cubes: str
    report: str
    finals: dict[str, float]


def rows() -> Iterator[Row]:
    for line in TABLE.strip().splitlines()[1:]:
        words = line.split()
        student, group, extension, squares, cubes = words[:5]
        report = " ".join(words[5:-3])
        names = ("squares", "cubes", "report")
        said = dict(zip(names, words[-3:], strict=True))
        yield Row(
            student, group, "" if extension == "-" else extension.replace("_", " "), squares,
            cubes, report, {name: float(text) for name, text in said.items() if text != "-"},
        )  # fmt: skip


ROWS = list(rows())


def say(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, [*words])
    assert done.exit_code == code, f"{words}: {done.output}\n{done.stderr}"
    return done.stdout


def make_term(folder: Path) -> Path:
    course = folder / "course"
    for name in ("squares", "cubes", "report"):
        (course / "exercises" / name).mkdir(parents=True)
    (course / "reference").mkdir()
    for name in ("squares", "cubes"):
        contract = CONTRACT.replace("Squares", name.capitalize())
        (course / "exercises" / name / "exercise.toml").write_text(contract, "utf-8")
        (course / "exercises" / name / "starter.py").write_text(STARTER, "utf-8")
        (course / "reference" / f"{name}.py").write_text(REFERENCE, "utf-8")
    (course / "exercises" / "report" / "exercise.toml").write_text(REPORT, "utf-8")
    (course / "exercises" / "report" / "starter.py").write_text(REPORT_STARTER, "utf-8")
    (course / "exercises" / "report" / "files").mkdir()
    (course / "exercises" / "report" / "files" / "scale.csv").write_text("3.0\n", "utf-8")
    (course / "reference" / "report.py").write_text("def scaled(x):\n    return 3.0 * x\n", "utf-8")
    (course / "course.toml").write_text(COURSE, "utf-8")
    head = "student,name,email,canvas_id,moodle_id,group,extension"
    lines = [
        f'{row.student},"Last{row.student}, First",{row.student}@example.org,'
        f"{n},{100 + n},{row.group},{row.extension}"
        for n, row in enumerate(ROWS, 1)
    ]
    (course / "roster.csv").write_text("\n".join([head, *lines]) + "\n", "utf-8")
    return course


def hand_in(folder: Path, student: str, exercise: str, work: str) -> None:
    """Write a file such as `R+20`: a kind of work and the hours after the due time."""
    source, hours = WORKS[work[0]], float(work[1:])
    path = folder / student / f"{exercise}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, "utf-8")
    when = (DUE + timedelta(hours=hours)).timestamp()
    os.utime(path, (when, when))


def first_round(folder: Path) -> None:
    for row in ROWS:
        for exercise, said in (("squares", row.squares), ("cubes", row.cubes)):
            first = said.partition(">")[0]
            if first not in ("", "-"):
                hand_in(folder, row.student, exercise, first)
        if row.report != "-":
            code, chosen = row.report.split()
            path = folder / row.student / "report.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(("" if chosen == "." else ESSAY) + WORKS[code], "utf-8")
            when = (DUE - timedelta(hours=2)).timestamp()
            os.utime(path, (when, when))


def second_round(folder: Path) -> None:
    for row in ROWS:
        for exercise, said in (("squares", row.squares), ("cubes", row.cubes)):
            if second := said.partition(">")[2]:
                hand_in(folder, row.student, exercise, second)


def give_points(table: Path) -> None:
    """Choose the lines of the rubric in the table that `grader points` wrote."""
    chosen = {row.student: row.report.split()[1] for row in ROWS if row.report != "-"}
    read = list(csv.DictReader(io.StringIO(table.read_text("utf-8-sig"))))
    waiting = [line for line in read if line["outcome"] == "awaiting"]
    assert {line["student"] for line in waiting} == {
        student for student, lines in chosen.items() if lines != "."
    }
    for line in waiting:
        line["criteria"] = chosen[line["student"]]
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(read[0]))
        writer.writeheader()
        writer.writerows(waiting)


def test_a_term(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course, work = make_term(tmp_path), tmp_path / "work"
    monkeypatch.setenv("GRADER_COURSE", str(course))
    monkeypatch.chdir(tmp_path)
    out = course / "reports"
    first_round(work)
    say("grade", str(work))
    second_round(work)
    say("grade", str(work))

    table = tmp_path / "points.csv"
    say("points", "--write", str(table))
    give_points(table)
    say("points", "--read", str(table), "--by", "tutor")
    say("override", "s06", "squares/slope", "1", "--reason", "Right until the factor.")
    say("appeal", "s07", "report/why", "I gave a reason in the first line.")
    assert "s07  report/why  an appeal: I gave a reason" in say("queue")
    say("answer", "s07", "report/why", "You did.", "--points", "3", "--by", "lecturer")
    assert say("queue").strip() == "Nothing waits for you."

    expected = {(row.student, name): final for row in ROWS for name, final in row.finals.items()}
    with grader.open_gradebook() as book:
        found = {(score.student, score.exercise): score.final for score in book.scores()}
        history = book.history("s07", "report")
    assert found == expected
    assert len(found) == 28 + 27 + 28
    shown = json.loads(say("show", "--json"))
    assert len(shown) == len(expected)
    assert all(record["status"] == "graded" for record in shown)
    sums = [
        sum(row.finals.get(name, 0.0) for row in ROWS) for name in ("squares", "cubes", "report")
    ]
    assert sums == [108.5, 73.5, 110.0], "added up by hand"
    assert [line.partition("  ")[2].partition(" by")[0] for line in history][1:] == [
        "attempt 1, why, manual points 2", "attempt 1, why, appeal",
        "attempt 1, why, manual points 3", "attempt 1, why, answer",
    ]  # fmt: skip
    check_attempts(out)
    check_missing(work)
    check_canvas(tmp_path, expected)
    check_moodle(tmp_path, expected)
    check_gradescope(out)
    check_csv(expected)


def check_attempts(out: Path) -> None:
    with grader.open_gradebook(out) as book:
        counted = {score.student: score.attempt for score in book.scores("squares")}
        cubes = {score.student: score.attempt for score in book.scores("cubes")}
        (late,) = book.scores("squares", "s13")
        (extended,) = book.scores("cubes", "s22")
    assert (counted["s11"], counted["s12"], counted["s13"], counted["s01"]) == (2, 1, 2, 1)
    assert {cubes[name] for name in ("s28", "s29", "s30")} == {2}
    assert (late.earned, late.late and late.late.points) == (5.0, 0.5)
    assert extended.late is not None
    assert extended.late.late_by_s == 36 * 3600


def check_missing(work: Path) -> None:
    told = json.loads(say("roster", str(work), "--exercise", "cubes", "--json"))
    assert told["missing"] == ["s16", "s17", "s18"]


def check_canvas(folder: Path, expected: dict[tuple[str, str], float]) -> None:
    """Ten points there, so that everything counts double; who is excused stays so."""
    lines = ["Student,ID,SIS User ID,SIS Login ID,Section,Squares (11),Other (12)",
             "    Points Possible,,,,,10.00,4.00"]  # fmt: skip
    for n, row in enumerate(ROWS, 1):
        grade = "EX" if row.student == "s04" else ""
        lines.append(f'"Last{row.student}, First",{n},,,A,{grade},3.25')
    template, filled = folder / "canvas.csv", folder / "canvas-filled.csv"
    template.write_text("\n".join(lines) + "\n", "utf-8")
    say("export", "canvas", "--into", str(template), "--exercise", "squares", "--to", str(filled),
        code=2)  # fmt: skip
    read = list(csv.reader(io.StringIO(filled.read_text("utf-8"))))[2:]
    for row, cells in zip(ROWS, read, strict=True):
        own = expected.get((row.student, "squares"))
        text = "" if own is None else f"{2 * own:g}"
        assert cells[5:] == ["EX" if row.student == "s04" else text, "3.25"], row.student


def check_moodle(folder: Path, expected: dict[tuple[str, str], float]) -> None:
    """A German worksheet, with decimal commas; each member of a group has a row of their own."""
    head = "ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung,"
    lines = [head + "Zuletzt geändert (Bewertung),Feedback als Kommentar"]
    for n, row in enumerate(ROWS, 1):
        lines.append(
            f'Teilnehmer/in{100 + n},"First Last{row.student}",{row.student}@example.org,'
            'Abgegeben,,"5,00",-,'
        )
    template, filled = folder / "moodle.csv", folder / "moodle-filled.csv"
    template.write_text("\n".join(lines) + "\n", "utf-8")
    say("export", "moodle", "--into", str(template), "--exercise", "cubes", "--to", str(filled))
    read = list(csv.reader(io.StringIO(filled.read_text("utf-8"))))[1:]
    for row, cells in zip(ROWS, read, strict=True):
        own = expected.get((row.student, "cubes"))
        assert cells[4] == ("" if own is None else f"{own:g}".replace(".", ",")), row.student
        assert "`" not in cells[7]
        assert bool(cells[7]) == (own is not None)


def check_gradescope(out: Path) -> None:
    """What being late costs is in the total, manual points in their test."""
    late = json.loads(say("export", "gradescope", str(out / "squares" / "s04" / "score.json")))
    assert (late["score"], sum(test["score"] for test in late["tests"])) == (3.5, 5.0)
    assert "Points taken off for being late: 1.5" in late["output"]
    given = json.loads(say("export", "gradescope", str(out / "report" / "s07" / "score.json")))
    assert [test["score"] for test in given["tests"]] == [2.0, 3.0]
    assert "score" not in given


def check_csv(expected: dict[tuple[str, str], float]) -> None:
    read = list(csv.DictReader(io.StringIO(say("export", "csv"))))
    finals = {(line["student"], line["exercise"]): float(line["final"]) for line in read}
    assert finals == expected


def test_the_table_is_what_it_says() -> None:
    assert len(ROWS) == 30
    assert len({row.group for row in ROWS}) == 10
    assert POSSIBLE == 5.0
