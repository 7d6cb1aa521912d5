"""Questions that a person grades: where the answer stands, what waits, points as a table."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.course.reference import load_reference
from grader.errors import CourseError, UsageError
from grader.exports.gradescope import results
from grader.exports.job import exit_code
from grader.exports.junit import junit_xml
from grader.grading.class_gradebook import ClassGradebook
from grader.judging.judge import Judge
from grader.judging.plan import make_plan
from grader.model import (
    Cell,
    CheckVerdict,
    Evidence,
    File,
    Isolation,
    Outcome,
    Prose,
    Run,
    Score,
    Submission,
)
from grader.proof.verify import verify_exercise
from grader.report.markdown import student_as_markdown
from grader.report.pages import render_class, render_student
from grader.scores.decisions import Decision, Decisions, decided
from grader.scores.gradebook import Gradebook, gradebook_url
from grader.scores.packing import submission_to_json
from grader.scores.record import from_json, to_json
from grader.scores.rows import submission_from_json
from grader.submissions.prose import prose_of_notebook
from grader.submissions.reading import read_submission
from tests.made_course import make_course, make_exercise

ESSAY = """
title = "An essay"
[submission]
files = ["*.md"]
[[check]]
id = "why"
title = "Why gradients vanish"
points = 4
manual = true
prose = "why"
[[check.criterion]]
title = "names the chain rule"
points = 3
[[check.criterion]]
title = "gives an example"
points = 1
[[check]]
id = "explained"
points = 2
manual = true
docstring = "Net.forward"
choose = "one"
[[check.criterion]]
title = "clear"
points = 2
[[check.criterion]]
title = "half of it"
points = 1
[[check]]
id = "curve"
points = 3
manual = true
figure = "plot"
[[check]]
id = "essay"
points = 1
manual = true
file = "essay.md"
"""
STARTER = '''# %% [markdown] tags=["why"]
# *Your answer here.*

# %%
class Net:
    def forward(self, x):
        """Explain your forward pass here."""
        raise NotImplementedError


# %% tags=["plot"]
# Draw the loss over the steps.
'''
WORK = '''# %% [markdown] tags=["why"]
# The **chain rule** multiplies small factors. <script>alert(1)</script>

# %%
class Net:
    def forward(self, x):
        """It multiplies by W, then clips at zero."""
        return x

# %% tags=["plot"]
import matplotlib.pyplot as plt
plt.plot([1, 2])
'''
PICTURE = {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo="}, "metadata": {}}
NOTEBOOK = {
    "cells": [
        {"cell_type": "code", "source": "class Net: ...", "outputs": []},
        {"cell_type": "code", "source": "plt.plot([1, 2])", "outputs": [PICTURE]},
    ]
}
RUN = Run("completed", Isolation.NONE, 0.0, 0.0, 0.0, notebook=NOTEBOOK)


def exercise_of(folder: Path, contract: str = ESSAY, starter: str = STARTER):
    made = make_exercise(folder, contract, starter=starter)
    made.reference.unlink()  # nothing here is compared with anything
    return make_course_again(folder)


def make_course_again(folder: Path):
    from grader.course.loading import Course

    return Course(folder).load("squares")


def handed_in(folder: Path, text: str = WORK) -> Submission:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "squares.py"
    path.write_text(text)
    found = read_submission(path, "ada-l", "squares")
    assert isinstance(found, Submission)
    return found


def judged(folder: Path, work: Submission, run: Run = RUN) -> Score:
    exercise = exercise_of(folder)
    judge = Judge(make_plan(exercise, load_reference(exercise), 1))
    return judge.score(work, run, Evidence(()), graded_at="now", environment={})


def by_id(score: Score) -> dict[str, CheckVerdict]:
    return {check.id: check for check in score.checks}


@pytest.fixture
def score(tmp_path: Path) -> Score:
    work = replace(handed_in(tmp_path / "ada-l"), files=(File("essay.md", b"# On *loss*\n"),))
    return judged(tmp_path / "course", work)


# ---------------------------------------------------------------- answers


def test_every_kind_of_answer_is_found_and_waits(score: Score) -> None:
    assert {check.outcome.value for check in score.checks} == {"awaiting"}
    assert {name: check.answer for name, check in by_id(score).items()} == {
        "why": "The **chain rule** multiplies small factors. <script>alert(1)</script>",
        "explained": "It multiplies by W, then clips at zero.",
        "curve": "the picture of cell 2",
        "essay": "# On *loss*\n",
    }
    assert (score.status, score.earned, score.possible) == ("provisional", 0, 10)
    assert score.awaits
    assert from_json(to_json(score)).checks == score.checks


def test_the_starters_own_words_are_no_answer(tmp_path: Path) -> None:
    work = handed_in(tmp_path / "ada-l", STARTER)
    score = judged(tmp_path / "course", work, replace(RUN, notebook=None))
    assert {check.outcome.value for check in score.checks} == {"missing"}
    assert score.status == "graded"
    said = [check.feedback for check in score.checks]
    assert said[0] == "The text cell `why` is not written yet."
    assert said[3] == "The file `essay.md` is not written yet."


def test_markdown_cells_are_found_by_tag_in_notebooks_too() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["a\n", "b"], "metadata": {"tags": ["why", 3]}},
        {"cell_type": "markdown", "source": "c", "metadata": {}},
        {"cell_type": "code", "source": "d", "metadata": {"tags": ["why"]}},
        {"cell_type": "markdown", "source": 7, "metadata": {"tags": ["why"]}},
        {"cell_type": "markdown", "source": "\ud800", "metadata": {"tags": ["x" * 500, "y"]}},
    ]
    found = prose_of_notebook(json.dumps({"cells": cells}))
    assert found == (Prose(("why",), "a\nb"), Prose(("y",), "?"))
    assert prose_of_notebook("[]") == prose_of_notebook("{") == ()
    deep = "[" * 100_000
    assert prose_of_notebook(deep) == ()


def test_an_answer_whose_cell_has_lost_its_tag_is_looked_for_by_a_person(tmp_path: Path) -> None:
    cell = Cell(0, "x = 1", before="*Your answer here.*\n\nThe factors are small.")
    work = Submission("ada-l", "squares", Path("squares.ipynb"), "notebook", "0", (cell,))
    why = by_id(judged(tmp_path / "a", work))["why"]
    assert (why.outcome.value, why.answer) == ("awaiting", "The factors are small.")
    assert "No text cell bears the tag `why` any more" in why.feedback
    untouched = replace(work, cells=(replace(cell, before="*Your answer here.*"),))
    assert by_id(judged(tmp_path / "b", untouched))["why"].outcome.value == "missing"


def test_an_answer_is_kept_with_the_submission(tmp_path: Path) -> None:
    work = handed_in(tmp_path)
    assert submission_from_json(json.loads(json.dumps(submission_to_json(work)))) == work


def test_a_page_shows_answer_and_rubric_and_nothing_runs(score: Score) -> None:
    page = render_student(score)
    assert "<strong>chain rule</strong>" in page
    assert "<script>alert" not in page
    assert "names the chain rule (3)" in page
    assert "Provisional: a part of it waits for a person" in page
    assert "It never costs points" not in page
    assert "waits for a person: why, explained, curve, essay" in render_class([score]).lower()
    assert "Waits for a person" in student_as_markdown(score)
    assert "**Provisional: a part of it waits for a person.**" in student_as_markdown(score)


def test_waiting_is_nobodys_fault(score: Score) -> None:
    assert exit_code([score], None, always_zero=False) == 0
    assert 'failures="0"' in junit_xml([score])
    assert results([score])["tests"][0]["score"] == 0
    broken = replace(score.checks[0], outcome=Outcome.BROKEN)
    fault = replace(score, checks=(broken, *score.checks[1:]))
    assert not fault.awaits
    assert exit_code([fault], None, always_zero=False) == 3


# ---------------------------------------------------------------- the contract


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("points = 3\n[[check.criterion]]", "points = 2\n[[check.criterion]]",
         "check 'why': criterion: together they give 3 points, and the check is worth 4"),
        ('title = "clear"\npoints = 2', 'title = "clear"\npoints = 1',
         "check 'explained': criterion: the best gives 1 points, and the check is worth 2"),
        ('prose = "why"', "", "check 'why': manual: expected where the answer stands"),
        ('manual = true\nprose = "why"', 'prose = "why"', "prose: only a question for a person"),
        ('prose = "why"', 'prose = "why"\ncall = "f"', "and no call"),
        ('file = "essay.md"', 'file = "essay.txt"', "along; add it to files"),
        ('choose = "one"', 'choose = "two"', "choose: expected several or one"),
    ],
)  # fmt: skip
def test_a_fault_in_a_question_points(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in ESSAY
    with pytest.raises(CourseError, match=expected):
        make_exercise(tmp_path, ESSAY.replace(old, new, 1))


def test_verify_wants_a_place_for_every_answer(tmp_path: Path) -> None:
    found = verify_exercise(exercise_of(tmp_path / "a"), seeds=(1,))
    assert [f.detail for f in found if not f.holds] == []
    bare = verify_exercise(exercise_of(tmp_path / "b", starter="# %%\nx = 1\n"), seeds=(1,))
    assert [f.detail for f in bare if not f.holds] == [
        "the starter has no Markdown cell 'why', where the answer stands",
        "the starter has no function or class 'Net.forward', where the answer stands",
        "the starter has no cell 'plot', where the answer stands",
    ]


# ---------------------------------------------------------------- points


def points(check: str, given: float) -> Decision:
    return Decision(
        "ada-l", "squares", "points", f"{check} is read.", "grace-h", "2026", check, given
    )


def test_points_end_the_waiting_one_by_one(score: Score) -> None:
    made = [points("why", 3), points("explained", 2), points("curve", 0)]
    partly = decided(score, Decisions.of(made))
    assert (partly.status, partly.earned) == ("provisional", 5)
    assert [check.outcome.value for check in partly.checks] == ["fail", "pass", "fail", "awaiting"]
    whole = decided(score, Decisions.of([*made, points("essay", 1)]))
    assert (whole.status, whole.earned) == ("graded", 6)
    assert whole.checks[0].feedback == "why is read."
    assert "Partly right" in render_student(whole)


@pytest.fixture
def book(tmp_path: Path, score: Score) -> ClassGradebook:
    out = tmp_path / "reports"
    out.mkdir()
    course = make_course(tmp_path / "other", ESSAY, starter=STARTER)
    gradebook = Gradebook.open(gradebook_url(out))
    for student in ("ada-l", "=grace-h"):
        gradebook.record(replace(score, student=student, sha256="1" * 64), Evidence(()))
    with gradebook:
        yield ClassGradebook(gradebook, out, course)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def write_table(path: Path, rows: list[dict[str, str]], delimiter: str = ",") -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


def test_points_go_out_and_come_back_as_a_table(book: ClassGradebook, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    assert len(book.waiting()) == 8
    assert book.write_points(path) == 8
    rows = table(path)
    assert rows[0]["student"] == "'=grace-h", "no spreadsheet takes it for a formula"
    assert rows[4]["rubric"] == "1. names the chain rule (3)\n2. gives an example (1)"
    assert book.read_points(path)[0].decisions == (), "nothing filled in, nothing kept"
    rows[4] |= {"criteria": "1;2", "comment": "Well put"}
    rows[5] |= {"points": "1,0", "comment": "Half of it."}
    rows[0] |= {"comment": "Please come and see me."}
    write_table(path, rows, ";")
    found, _ = book.read_points(path, keep=False)
    assert len(found.decisions) == 3
    assert len(book.waiting()) == 8, "a dry run keeps nothing"
    book.read_points(path, by="grace-h")
    (ada,) = book.scores(student="ada-l")
    assert [(check.earned, check.feedback) for check in ada.checks[:2]] == [
        (4, "names the chain rule; gives an example. Well put"),
        (1, "Half of it."),
    ]
    (grace,) = book.scores(student="=grace-h")
    assert grace.checks[0].comments == ("Please come and see me.",)
    assert len(book.waiting()) == 6
    again, _ = book.read_points(path)
    assert (again.decisions, again.unchanged) == ((), 8)
    assert book.write_points(path) == 8
    assert table(path)[5]["points"] == "1"


def test_a_row_that_ends_early_is_told(book: ClassGradebook, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("student,exercise,check,points\ngrace-h\n")
    with pytest.raises(UsageError, match="row 2: nothing graded of 'grace-h' for ''"):
        book.read_points(path)


@pytest.mark.parametrize(
    ("row", "changed", "expected"),
    [
        (4, {"points": "5"}, "row 6 (line 9): why: is worth 4 points, not 5"),
        (4, {"points": "nan"}, "row 6 (line 9): why: is worth 4 points, not nan"),
        (4, {"points": "four"}, "row 6 (line 9): points: expected a number, not 'four'"),
        (4, {"criteria": "3"}, "row 6 (line 9): criteria: expected numbers from 1 to 2, not '3'"),
        (5, {"criteria": "1;2"}, "row 7 (line 11): criteria: one of them is chosen here"),
        (4, {"criteria": "1", "points": "4"}, "which give 3, disagree"),
        (4, {"points": "1", "attempt": "2" * 12}, "has handed in another file since"),
        (4, {"points": "1", "student": "emmy-n"}, "nothing graded of 'emmy-n'"),
        (4, {"points": "1", "check": "what"}, "no check 'what'"),
    ],
)
def test_one_wrong_row_keeps_nothing(
    book: ClassGradebook, tmp_path: Path, row: int, changed: dict[str, str], expected: str
) -> None:
    path = tmp_path / "points.csv"
    book.write_points(path)
    rows = table(path)
    rows[7] |= {"points": "1"}
    rows[row] |= changed
    write_table(path, rows)
    with pytest.raises(UsageError, match="nothing was kept") as raised:
        book.read_points(path)
    assert expected in str(raised.value)
    assert len(book.waiting()) == 8


def test_every_faulty_row_is_named(book: ClassGradebook, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    heading = "student,exercise,check,points,comment\n"
    good, bad = "ada-l,squares,why,1,\n", "emmy-n,squares,why,1,\n"
    path.write_text(heading + good + bad * 23 + '=grace-h,squares,why,1,"two\nlines"\n' + bad)
    with pytest.raises(UsageError) as raised:
        book.read_points(path)
    said = str(raised.value).splitlines()
    assert said[1] == "  row 3: nothing graded of 'emmy-n' for 'squares'"
    assert said[-1] == "  and 4 more, in the rows 23, 24, 25, 27"
    assert len(book.waiting()) == 8


def test_two_rows_for_one_question_are_told(book: ClassGradebook, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    row = 'ada-l,squares,why,{},"two\nlines"\n'
    path.write_text("student,exercise,check,points,comment\n" + row.format(1) + row.format(2))
    expected = r"row 3 \(line 4\): is about the same check of the same student as row 2"
    with pytest.raises(UsageError, match=expected):
        book.read_points(path)
    assert len(book.waiting()) == 8


def test_what_waits_is_not_run_again(book: ClassGradebook) -> None:
    gradebook = book.gradebook
    assert gradebook.is_current("ada-l", "squares", "1" * 64, "", "")
    assert not gradebook.is_current("ada-l", "squares", "2" * 64, "", "")


@pytest.mark.sandbox
@pytest.mark.slow
def test_a_class_with_an_essay_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exercise_of(tmp_path / "course")
    handed_in(tmp_path / "class/ada-l")
    (tmp_path / "class/ada-l/essay.md").write_text("On loss.")
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke
    grade = ["grade", "class", "--course", "course"]
    done = run(app, grade)
    assert done.exit_code == 0, done.output
    assert "1 to be read by a person" in done.output
    again = run(app, grade)
    assert "1 unchanged" in again.output
    queue = run(app, ["queue", "--course", "course"]).output
    assert "ada-l  squares/curve  to be graded by hand" in queue
    assert "4 left" in queue
    given = run(app, ["override", "ada-l", "curve", "3", "--reason", "Fine.", "--course", "course"])
    assert given.exit_code == 0, given.output
    written = run(app, ["points", "--write", "points.csv", "--course", "course"])
    assert written.output == "points.csv: 4 rows\n"
    one = run(app, ["points", "--write", "one.csv", "--check", "squares/curve"])
    assert one.output == "one.csv: 1 rows\n"
    none = run(app, ["points", "--write", "one.csv", "--check", "squares/curv"])
    assert (none.exit_code, "no check 'curv'" in none.stderr) == (2, True), none.output
    rows = table(tmp_path / "points.csv")
    assert [row["points"] for row in rows] == ["", "", "3", ""]
    for row in rows:
        row["points"] = row["possible"]
    write_table(tmp_path / "points.csv", rows)
    read = run(app, ["points", "--read", "points.csv", "--course", "course"])
    assert read.output.endswith("3 kept, 1 unchanged, 0 left\n"), read.output
    shown = json.loads(run(app, ["show", "ada-l", "--json", "--course", "course"]).output)
    assert (shown[0]["status"], shown[0]["earned"]) == ("graded", 10)
