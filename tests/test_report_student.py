"""The student's page: what it says, and that it says it without a script."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy
import pytest

from grader.course.loading import Course
from grader.errors import CourseError
from grader.grading.publishing import look_of
from grader.judging.evidence import Array
from grader.judging.sentences.wording import value_text
from grader.model import CellRun, CheckVerdict, HiddenSummary, Measured, Outcome, Run, Score
from grader.outdir import STUDENT_PAGE
from grader.report import render_class, render_student
from grader.report.markdown import student_as_markdown
from grader.report.notebook import shown_cells
from grader.report.pages import words_of
from grader.report.phrases import (
    capital,
    margin_said,
    moment,
    number,
    percent,
    points,
    seconds,
    to_gain,
    without_folders,
)
from grader.report.reading_order import best_next_step, in_reading_order, said_already
from grader.report.student_view import changes_since
from grader.report.terminal import student_in_terminal
from grader.report.writing import write_student
from tests.made_class import make_class, make_showcase
from tests.made_scores import (
    code_cell,
    make_case,
    make_check,
    make_item,
    make_run,
    make_score,
)


def text_of(page: str) -> str:
    """The words of a page, without tags."""
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.mark.parametrize(
    "said",
    [
        "Report for grace-h",
        "Linear regression by hand",
        "6.5 of 27 points",
        "Best next step: gradients_by_hand , 4 points to gain",
        "Sum instead of mean",
        "You add the squared errors",
        "1 of 6 agree",
        "The largest error is more than 10,000 times",
        "Reduced: Landlock, seccomp and limits, no namespaces",
        "torch 2.13.0+cpu",
        "--seed SEED",
        "NameError: name &#39;plt&#39; is not defined",
        "the error came from this line",
    ],
)
def test_the_page_says(said: str) -> None:
    assert said in text_of(render_student(make_showcase()))


def test_a_page_does_not_tell_where_files_lie_on_the_server() -> None:
    fault = "FileNotFoundError: [Errno 2] No such file: '/srv/course/cache/x.py'"
    score = make_score(
        path="/srv/course/submissions/ada-l/my work.ipynb",
        status="provisional",
        message=f"The grader failed, not you: {fault}",
        checks=(make_check(Outcome.BROKEN, feedback=fault),),
        run=make_run(status="broken", message=fault),
    )
    page = render_student(score)
    assert "/srv" not in page
    assert "<code>my work.ipynb</code>" in page
    assert "No such file: &#39;x.py&#39;" in page
    assert "grader grade &#39;my work.ipynb&#39; --exercise scalar-gradients --seed" in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a.ipynb: is not JSON", "a.ipynb: is not JSON"),
        ("/srv/x/a.ipynb: is not JSON", "a.ipynb: is not JSON"),
        ("../x/a.py line 3", "a.py line 3"),
        ("dL/dw is 3/4 of a / b", "dL/dw is 3/4 of a / b"),
        ("see https://example.org/a/b", "see https://example.org/a/b"),
    ],
)
def test_folders_are_left_out_and_nothing_else(text: str, said: str) -> None:
    assert without_folders(text) == said


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("the wrong sign", "The wrong sign"),
        ("a missing factor 2", "A missing factor 2"),
        ("v is ignored", "v is ignored"),
        ("dL/dw twice", "dL/dw twice"),
        ("scaled_tanh twice", "scaled_tanh twice"),
        ("$n$ times", "$n$ times"),
        ("", ""),
    ],
)
def test_a_title_begins_with_a_capital_unless_it_is_a_name(title: str, said: str) -> None:
    assert capital(title) == said


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (numpy.array([1.0, 2.5, -0.1]), "[1, 2.5, -0.1]"),
        (numpy.array(1 / 3), "0.333333"),
        (numpy.eye(2), "[[1, 0], [0, 1]]"),
        (numpy.arange(100.0), "[0, 1, 2, …, 97, 98, 99]"),
        ([float(k) for k in range(100)], "[0, 1, 2, …, 97, 98, 99]"),
        ((1.5, [2, True]), "(1.5, [2, True])"),
        (numpy.zeros(0), "[]"),
        (Array(numpy.array([2.0, 4.0]), "float32"), "[2, 4]"),
        (Array(numpy.array([1e-9, 1e12]), "float64"), "[1e-09, 1e+12]"),
    ],
)
def test_values_are_written_as_plain_numbers(value: object, text: str) -> None:
    assert value_text(value) == text


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_a_word_a_sign_and_a_place(outcome: Outcome) -> None:
    check = make_check(outcome, feedback="What happened.")
    page = render_student(make_score(checks=(check,)))
    assert f'class="icon {outcome}"' in page
    assert f'<article class="check {outcome}"' in page
    assert "What happened." in page


def test_a_fail_that_earned_points_is_called_partly_right() -> None:
    page = render_student(make_score(checks=(make_check(Outcome.FAIL, earned=1.0),)))
    assert "Partly right" in page
    assert "Not right yet" not in page


def test_a_page_is_one_file_without_script_and_with_a_strict_policy() -> None:
    page = render_student(make_showcase())
    assert "<script" not in page
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; img-src data:; base-uri 'none'")
    assert "unsafe" not in policy[1]
    assert len(page.encode()) < 300_000


def test_rendering_is_a_pure_function_of_the_record() -> None:
    assert render_student(make_showcase()) == render_student(make_showcase())


def test_hidden_inputs_and_values_are_not_on_the_page() -> None:
    hidden = Measured("hidden-1", False, (make_item(expected="0.4711"),), {"x": "0.4711"})
    case = make_case(False)
    check = make_check(Outcome.FAIL, public=(case,), items=(make_item(),))
    with_hidden = replace(check, public=(case, hidden))
    assert "0.4711" not in render_student(make_score(checks=(with_hidden,)))


@pytest.mark.parametrize(
    ("run", "said"), [(make_run(), True), (make_run(status="not-run"), False)], ids=["ran", "not"]
)
def test_the_header_says_how_student_code_was_isolated(run: Run, said: bool) -> None:
    page = render_student(make_score(run=run))
    header = text_of(page[page.index("<header") : page.index("</header>")])
    assert header.endswith("Isolation: full") is said


@pytest.mark.parametrize("status", ["provisional", "ungraded"])
def test_a_score_that_is_not_final_says_why(status: str) -> None:
    score = make_score(status=status, message="a.ipynb: is not JSON", checks=())
    text = text_of(render_student(score))
    assert "a.ipynb: is not JSON" in text
    assert ("Score: – of" in text) == (status == "ungraded")


def test_a_margin_is_told_only_where_it_explains() -> None:
    check = make_check(Outcome.FAIL, hidden=HiddenSummary(3, 0, 0.001), public=())
    text = text_of(render_student(make_score(checks=(check,))))
    assert "0 of 3 agree." in text
    assert "what is allowed" not in text


def test_changes_since_the_last_attempt() -> None:
    before = make_score(checks=(make_check(Outcome.MISSING), make_check(id="b", call="b")))
    now = make_score(checks=(make_check(), make_check(id="b", call="b"), make_check(id="c")))
    changes = changes_since(before, now)
    assert [(change.before, change.after) for change in changes] == [
        ("missing", "pass"),
        (None, "pass"),
    ]
    page = text_of(render_student(now, previous=before))
    assert "Not written yet → Right, 0 → 3 points" in page
    assert "The same outcomes" in text_of(render_student(now, previous=now))
    assert "last attempt" not in text_of(render_student(now))


def built(name: str, outcome: Outcome, *builds_on: str, possible: float = 2.0) -> CheckVerdict:
    return make_check(outcome, id=name, call=name, builds_on=builds_on, possible=possible)


def test_causes_come_before_what_follows_and_what_is_right_comes_last() -> None:
    checks = (
        built("right", Outcome.PASS),
        built("train", Outcome.SKIPPED, "gradient"),
        built("gradient", Outcome.FAIL, "loss", possible=9.0),
        built("plot", Outcome.ERROR),
        built("loss", Outcome.FAIL, "right"),
    )
    ordered = in_reading_order(make_score(checks=checks))
    assert [check.id for _, check in ordered] == ["plot", "loss", "gradient", "train", "right"]
    assert [number for number, _ in ordered] == [4, 5, 3, 2, 1]
    page = render_student(make_score(checks=checks))
    assert re.findall(r'<article class="check [^"]*" id="check-(\d)"', page) == list("45321")
    assert re.findall(r'<a href="#check-(\d)"><svg', page) == list("45321")


def test_checks_in_a_circle_keep_the_order_of_the_exercise() -> None:
    checks = (built("a", Outcome.FAIL, "b"), built("b", Outcome.FAIL, "a"))
    score = make_score(checks=checks)
    assert [number for number, _ in in_reading_order(score)] == [1, 2]
    assert best_next_step(score) is not None


def test_the_next_step_is_the_root_cause_and_never_our_fault() -> None:
    checks = (
        built("ours", Outcome.BROKEN, possible=9.0),
        built("alone", Outcome.FAIL),
        built("gradient", Outcome.MISSING, "loss", possible=5.0),
        built("loss", Outcome.FAIL, possible=1.0),
    )
    step = best_next_step(make_score(checks=checks))
    assert step is not None
    assert (step[0], step[1].id, step[2]) == (4, "loss", 1.0)
    assert best_next_step(make_score(checks=(make_check(),))) is None


def test_a_file_that_was_not_graded_says_why_once_and_has_no_next_step() -> None:
    why = "ada-l.ipynb: is empty"
    missing = [built(name, Outcome.MISSING) for name in "abcdefg"]
    checks = tuple(replace(check, feedback=why, items=(), public=()) for check in missing)
    run = make_run(status="not-run", message=why, notebook=None)
    score = make_score(status="ungraded", message=why, checks=checks, run=run)
    text = text_of(render_student(score))
    assert text.count("is empty") == 1
    assert "next step" not in text
    assert "Not written yet" not in text
    assert best_next_step(score) is None
    assert text.count("– of") == 1 + len(checks), "nobody has measured a 0"


def test_one_message_is_said_once() -> None:
    because = "`{}` is not there, because cell 3 stopped: NameError."
    checks = tuple(
        replace(built(name, Outcome.MISSING), feedback=because.format(name), items=(), public=())
        for name in ("loss", "fit", "train")
    )
    text = text_of(render_student(make_score(checks=checks, run=make_run(notebook=None))))
    assert text.count("because cell 3 stopped") == 1
    assert text.count("for the same reason as above") == 2


def test_what_is_right_takes_one_line_and_no_table_is_open() -> None:
    page = render_student(make_showcase())
    article = page[page.index('<article class="check pass"') :]
    assert re.match(r"<article[^>]*>\s*<details>\s*<summary>", article)
    assert "<details open" not in page


def test_pictures_show_only_what_differs() -> None:
    right, wrong = make_case(True), make_case(False)
    passed = make_check(public=(right,))
    assert "<figure" not in render_student(make_score(checks=(passed,)))
    failed = make_check(Outcome.FAIL, public=(right, wrong))
    assert render_student(make_score(checks=(failed,))).count("<figure") == 1


def test_technical_details_come_last() -> None:
    page = render_student(make_showcase())
    order = [page.index(f'<h2 id="{name}"') for name in ("checks", "notebook", "where")]
    assert order == sorted(order)
    assert page.rindex("<h2") == order[-1]


# ---------------------------------------------------------------- the notebook


def guilty_lines(score: Score) -> list[tuple[int | None, int]]:
    cells = shown_cells(score.run, module=score.kind == "module", checks=score.checks)
    return [
        (cell.number, at)
        for cell in cells
        for at, line in enumerate(cell.lines, start=1)
        if line.guilty
    ]


def test_the_guilty_line_is_marked() -> None:
    assert guilty_lines(make_showcase()) == [(3, 2)]


def test_lines_of_a_module_count_from_the_top_of_the_file() -> None:
    second = {**code_cell("y = 1\nz + 1"), "metadata": {"line": 10}}
    notebook = {"cells": [code_cell("import torch"), second]}
    runs = (CellRun(0, "ok", 0.1), CellRun(1, "error", 0.1, "NameError", 11))
    score = make_score(kind="module", run=make_run(notebook=notebook, cells=runs))
    assert guilty_lines(score) == [(2, 2)]
    assert "From line 10" in text_of(render_student(score))


def test_a_function_that_fails_when_it_is_called_is_marked_where_both_lines_are() -> None:
    traceback = [
        "Traceback (most recent call last):",
        '  File "cell 2", line 3, in <module>',
        "    f(1)",
        '  File "cell 1", line 2, in f',
        "    return x.no_such()",
        "AttributeError: no_such",
    ]
    error = {"output_type": "error", "ename": "E", "evalue": "", "traceback": traceback}
    cells = [code_cell("def f(x):\n    return x.no_such()"), code_cell("\n\nf(1)", error)]
    runs = (CellRun(0, "ok", 0.1), CellRun(1, "error", 0.1, "AttributeError", 3))
    run = make_run(notebook={"cells": cells}, cells=runs)
    assert guilty_lines(make_score(run=run)) == [(1, 2), (2, 1)]


@pytest.mark.parametrize(("kind", "place"), [("notebook", "cell 1"), ("module", "hw.py")])
def test_a_call_that_raises_marks_its_line_in_a_cell_that_ran(kind: str, place: str) -> None:
    cells = [code_cell("def f(x):\n    return x.y"), code_cell("a = 1\nb = 2")]
    cells[0]["metadata"], cells[1]["metadata"] = {"line": 1}, {"line": 5}
    run = make_run(notebook={"cells": cells}, cells=())
    check = make_check(Outcome.ERROR, raised_at=(place, 2))
    score = make_score(kind=kind, run=run, checks=(check,))
    assert guilty_lines(score) == [(1, 2)]
    text = text_of(render_student(score))
    assert text.count("square_gradient raised an error here, line 2") == 1


def test_a_module_that_fails_in_a_function_is_marked_there() -> None:
    cells = [code_cell("def f(x):\n    return x.y"), code_cell("f(1)")]
    cells[0]["metadata"], cells[1]["metadata"] = {"line": 3}, {"line": 9}
    runs = (CellRun(0, "ok", 0.1), CellRun(1, "error", 0.1, "AttributeError", 4))
    score = make_score(kind="module", run=make_run(notebook={"cells": cells}, cells=runs))
    assert guilty_lines(score) == [(1, 2)]


def test_no_line_of_a_module_is_marked_by_guess() -> None:
    runs = (CellRun(1, "error", 0.1, "NameError", 2),)
    score = make_score(kind="module", run=make_run(cells=runs))
    assert guilty_lines(score) == []


def test_a_line_outside_its_cell_marks_nothing() -> None:
    runs = (CellRun(0, "error", 0.1, "NameError", 99),)
    score = make_score(run=make_run(cells=runs))
    assert guilty_lines(score) == []


@pytest.mark.parametrize(
    "notebook",
    [
        None,
        {},
        {"cells": None},
        {"cells": "text"},
        {"cells": [None, 7, {"cell_type": "code"}, {"cell_type": "code", "source": None}]},
        {"cells": [{"cell_type": "code", "source": ["a\n", 7], "outputs": {"a": 1}}]},
    ],
)
def test_a_malformed_notebook_never_stops_the_page(notebook: object) -> None:
    render_student(make_score(run=make_run(notebook=notebook)))


def test_huge_outputs_are_cut_and_it_is_said() -> None:
    outputs = [{"output_type": "stream", "text": "x" * 10_000_000}] * 100
    cells = [code_cell("print()", *outputs), code_cell("y" * 1_000_000)] * 50
    page = render_student(make_score(run=make_run(notebook={"cells": cells})))
    assert len(page) < 1_500_000
    assert "characters are not shown here" in page
    assert "80 more outputs are not shown here" in page


# ---------------------------------------------------------------- words and numbers


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (number(3e-7), "3e−7"),
        (number(0.0), "0"),
        (number(-12.0), "−12"),
        (number(float("nan")), "NaN"),
        (number(float("inf")), "∞"),
        (number(None), "–"),
        (points(7.0), "7"),
        (points(2.50), "2.5"),
        (points(10.0), "10"),
        (points(100.0, 0), "100"),
        (percent(0.345), "34 %"),
        (percent(None), "–"),
        (seconds(0.0123), "12 ms"),
        (seconds(3.21), "3.2 s"),
        (seconds(125.0), "2.1 min"),
    ],
)
def test_numbers_read_well(said: str, expected: str) -> None:
    assert said == expected


@pytest.mark.parametrize(
    ("margin", "said"),
    [(0.0, "< 1 %"), (0.34, "34 %"), (1.0, "100 %"), (1.5, "1.5 times"), (float("inf"), "far")],
)
def test_margins_read_well(margin: float, said: str) -> None:
    words = {
        "student": {
            "margin_right": "{share}",
            "margin_wrong": "{times} times",
            "margin_far": "far",
        }
    }
    assert said in margin_said(margin, words)


# ---------------------------------------------------------------- other renderers, own looks


def test_terminal_and_markdown_say_the_same() -> None:
    from io import StringIO

    from rich.console import Console

    screen = StringIO()
    Console(file=screen, width=120).print(student_in_terminal(make_showcase()))
    for said in ("6.5 of 27 points", "Sum instead of mean", "Not written yet", "1 of 6 agree"):
        assert said in screen.getvalue()
    summary = student_as_markdown(make_showcase())
    assert re.search(r"\| ❌ Not right yet \| .*by hand \| 0 / 4 \| Sum instead of mean", summary)
    assert "4 points to gain" in summary


def test_a_course_lays_its_own_look_over_ours(tmp_path: Path) -> None:
    (tmp_path / "words.toml").write_text('[outcome]\npass = "Richtig"\n')
    (tmp_path / "style.css").write_text("h1 { color: teal }")
    (tmp_path / "student.html.j2").write_text(
        '{% extends "grader/student.html.j2" %}{% block foot %}Course 101{% endblock %}'
    )
    page = render_student(make_score(), look=tmp_path)
    assert "Richtig" in page
    assert "h1 { color: teal }" in page
    assert "Course 101" in page
    assert "Richtig" not in render_student(make_score())


@pytest.mark.parametrize(
    ("text", "said"),
    [("outcome = ", "TOML"), ("[outcomes]\na = 1", "outcomes"), ('outcome = "x"', "outcome")],
)
def test_wrong_words_of_a_course_are_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "words.toml").write_text(text)
    with pytest.raises(CourseError, match=said):
        render_student(make_score(), look=tmp_path)


@pytest.mark.parametrize(
    ("name", "template", "said"),
    [
        ("student.html.j2", "a\n{% if %}", "student.html.j2:2"),
        ("student.html.j2", "a\n\n{{ no_such_value }}", "student.html.j2:3: 'no_such_value'"),
        ("student.html.j2", '{% extends "none.html.j2" %}', "none.html.j2"),
        ("check.html.j2", "{{ check.no_such_key }}", "check.html.j2:1.*no_such_key"),
        ("style.css", b"\xff\xfe", "style.css: cannot be read"),
    ],
)
def test_a_fault_in_a_courses_template_is_named_with_its_line(
    tmp_path: Path, name: str, template: str | bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(template if isinstance(template, bytes) else template.encode())
    with pytest.raises(CourseError, match=said):
        render_student(make_score(), look=tmp_path)


def test_a_course_replaces_one_part_of_the_class_page(tmp_path: Path) -> None:
    (tmp_path / "class.html.j2").write_text(
        '{% extends "grader/class.html.j2" %}'
        "{% block overview %}<p>Physics 2, {{ view.submissions }} sheets</p>{% endblock %}"
    )
    page = render_class(make_class(3, 1), look=tmp_path)
    assert "Physics 2, 3 sheets" in page
    assert "All scores" in page
    assert "At a glance" not in page


def test_what_a_courses_template_prints_is_escaped_like_ours(tmp_path: Path) -> None:
    (tmp_path / "student.html.j2").write_text("{{ score.student }}")
    page = render_student(make_score("<script>alert(1)</script>\x1b"), look=tmp_path)
    assert page == "&lt;script&gt;alert(1)&lt;/script&gt;\\x1b"


def test_the_look_of_a_course_is_found_in_its_folder(tmp_path: Path) -> None:
    assert look_of(Course(tmp_path)) is None
    (tmp_path / "look").mkdir()
    assert look_of(Course(tmp_path)) == tmp_path / "look"


def test_a_page_lies_beside_its_record(tmp_path: Path) -> None:
    path = write_student(tmp_path, make_score("../../evil"))
    assert path.name == STUDENT_PAGE
    assert tmp_path in path.resolve().parents


def test_what_a_person_wrote_twice_is_no_reason_above() -> None:
    given = make_check(Outcome.FAIL, id="doc", feedback="Graded by hand.", answer="A sum.")
    score = make_score(checks=(given, replace(given, id="essay")))
    assert said_already(score, in_reading_order(score)) == frozenset()


def test_one_point_is_one_point() -> None:
    words = words_of(None)
    assert [to_gain(value, words) for value in (1.0, 1.5, 0.5)] == [
        "1 point to gain", "1.5 points to gain", "0.5 points to gain",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2026-03-01T22:59:00+00:00", "2026-03-01 22:59 UTC"),
        ("2026-03-01T22:59:00.25Z", "2026-03-01 22:59 UTC"),
        ("2026-03-01T23:59:00+01:00", "2026-03-01 23:59 UTC+1"),
        ("2026-03-01T17:59:00-05:00", "2026-03-01 17:59 UTC-5"),
        ("2026-03-02T04:29:00+05:30", "2026-03-02 04:29 UTC+5:30"),
        ("next week", "next week"),
    ],
)
def test_a_time_says_its_distance_from_utc(written: str, said: str) -> None:
    assert moment(written) == said
