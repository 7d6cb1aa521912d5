"""Cells are found again without their tags, and what they print is read."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from grader.course.loading import Course
from grader.judging.printed_numbers import printed
from grader.model import Cell, Submission
from grader.submissions.asides import asides_of
from grader.submissions.leaving import items_of_check, left_by, meant_by
from grader.submissions.placing import last_with, placed
from tests.all_doors import grader_command
from tests.in_process import ROOT

NOTEBOOK = Course(ROOT).load("autograd-notebook", public=True)
DIFF = Course(ROOT).load("autodiff-notebook", public=True)
SLOPES = "x, y = leaves()\nf(x, y).backward()\ndf_dx, df_dy = x.grad, y.grad"
PASSES = "first = 6\naccumulated = 33\nafter_reset = 27"


def handed(*cells: Cell, **more: object) -> Submission:
    cells = tuple(Cell(n, c.source, c.tags, c.line, c.before, c.after, c.marks)
                  for n, c in enumerate(cells))  # fmt: skip
    path = Path("autograd-notebook.ipynb")
    return Submission("ada-l", "autograd-notebook", path, "notebook", "", cells, **more)  # type: ignore[arg-type]


def where(found: Submission) -> dict[str, int]:
    """Return the cell, counted from 0, of each tag that is on one."""
    tags = [tag for cell in found.cells for tag in cell.tags]
    return {tag: last_with(found.cells, tag) or 0 for tag in tags}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        # The last of several cells with a tag counts, as ever.
        ((Cell(0, SLOPES, ("partial-derivatives",)), Cell(0, SLOPES, ("partial-derivatives",))),
         {"partial-derivatives": 1}),
        ((Cell(0, SLOPES, ("Partial derivatives",)),), {"Partial derivatives": 0,
                                                         "partial-derivatives": 0}),
        ((Cell(0, SLOPES, ("x, PARTIAL_DERIVATIVES",)),), {"x, PARTIAL_DERIVATIVES": 0,
                                                          "partial-derivatives": 0}),
        ((Cell(0, "import torch"), Cell(0, SLOPES), Cell(0, PASSES)),
         {"partial-derivatives": 1, "accumulation": 2}),
        ((Cell(0, PASSES), Cell(0, SLOPES, ("partial-derivatives",))),
         {"partial-derivatives": 1, "accumulation": 0}),
        ((Cell(0, "1 + 1", marks=("partial-derivatives",)), Cell(0, SLOPES)),
         {"partial-derivatives": 1}),
        ((Cell(0, "other = 1", before="## 2. accumulation (6 Points)"),), {"accumulation": 0}),
        ((Cell(0, "# Your code here: it sets df_dx and df_dy.\nmine = 1"),),
         {"partial-derivatives": 0}),
        ((Cell(0, "mine = 1"),), {}),
        ((Cell(0, "(" * 50),), {}),
    ],
)  # fmt: skip
def test_a_cell_is_found_by_what_is_left_of_it(
    cells: tuple[Cell, ...], expected: dict[str, int]
) -> None:
    found = placed(handed(*cells), NOTEBOOK)
    assert where(found) == expected
    again = placed(found, NOTEBOOK)
    assert where(again) == expected
    assert again.lost == found.lost, "looking twice changes nothing"


def test_answers_under_names_of_their_own_may_stand_in_any_order_or_in_one_cell() -> None:
    found = placed(handed(Cell(0, PASSES), Cell(0, SLOPES, ("partial-derivatives",))), NOTEBOOK)
    assert where(found) == {"partial-derivatives": 1, "accumulation": 0}
    assert {lost.why for lost in found.lost} == {"absent"}
    found = placed(handed(Cell(0, f"{SLOPES}\n{PASSES}")), NOTEBOOK)
    assert where(found) == {"partial-derivatives": 0, "accumulation": 0}


def test_gradients_that_could_be_of_several_checks_are_left_to_a_person() -> None:
    cells = [Cell(0, "x, y = leaves()\nf(x, y).backward()") for _ in range(3)]
    found = placed(handed(*cells), DIFF)
    assert where(found) == {}
    assert {lost.check: lost.why for lost in found.lost} == {
        "exercise-1": "undecided",
        "exercise-2": "undecided",
        "exercise-3": "undecided",
        "comprehensive": "absent",
    }
    tagged = placed(handed(Cell(0, cells[0].source, ("exercise-1",))), DIFF)
    assert {lost.why for lost in tagged.lost} == {"absent"}, "that cell is another's"


def test_ids_of_the_released_notebook_count_where_it_keeps_them() -> None:
    from grader.submissions.placing import _starter_cells

    released = _starter_cells(DIFF)
    cells = [Cell(n, cell.source, marks=cell.marks) for n, cell in enumerate(released)]
    cells = [Cell(c.index, "y.backward()\nprint(x.grad)" if "Your code" in c.source else c.source,
                  marks=c.marks) for c in cells]  # fmt: skip
    found = placed(handed(*cells), DIFF)
    assert list(where(found)) == ["raises-exception", *(check.cell for check in DIFF.checks)]


def test_an_exercise_without_cells_is_left_alone() -> None:
    alone = handed(Cell(0, "1"))
    assert placed(alone, Course(ROOT).load("chain-rule", public=True)) is alone


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a, (b, *c) = f()", {"a", "b", "c"}),
        ("for i in range(3):\n    w -= i", {"i", "w"}),
        ("losses.append(1)\nw.sub_(1)\nloss.backward()", {"losses", "w"}),
        ("w.data -= 1\nd['k'] = 2", {"w", "d"}),
        ("def f():\n    inner = 1", {"f"}),
        ("with open(p) as file:\n    x = 1", {"file", "x"}),
        ("%matplotlib inline\nx = 1", {"x"}),
        ("a = 1\nthis is no Python\nb = 2", {"a", "b"}),
        ("[n for n in range(3)]", set()),
    ],
)
def test_what_a_cell_leaves_is_read_from_its_text(source: str, names: set[str]) -> None:
    assert left_by(source).names == names


def test_a_gradient_needs_a_backward_pass_and_a_print_a_print() -> None:
    (item,) = items_of_check({"slope": "slope | x.grad | printed"})
    assert item.left_by(left_by("y = x**2\ny.backward()"))
    assert item.left_by(left_by("print(1)"))
    assert not item.left_by(left_by("y = x**2"))


@pytest.mark.parametrize(
    ("source", "checks"),
    [
        ("x, y = leaves()\nf(x, y).backward()\nprint(x.grad)", ["exercise-1"]),
        ("(x**2).backward()\nprint(x.grad)", ["exercise-2"]),
        ("W, x = leaves()\n((W @ x)**2).sum().backward()", ["exercise-3"]),
        ("df_dx = 6", ["exercise-1"]),
        ("z = 1", []),
    ],
)
def test_the_check_that_a_cell_answers_is_told_from_its_text(
    source: str, checks: list[str]
) -> None:
    assert [check.id for check in meant_by(DIFF.checks, source)] == checks


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("6.0\n33.0\n27.0", True),
        ("x.grad = 6., then 33, then tensor(27.)", True),
        ("grad(2) of x^2: 6 of 10, 3.3e1 and 2.70e+01", True),
        ("6 27 33", False),
        ("6 33 60", False),
        ("1633 27", False),
        ("x6 y33 z27", False),
        ("", False),
        ("\n".join(f"{n / 10:.1f}" for n in range(400)), False),
    ],
)
def test_printed_numbers_stand_in_their_order(text: str, holds: bool) -> None:
    assert printed([6.0, 33.0, 27.0], "the gradients").holds(text) is holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [("0.04", False), ("0.043", False), ("0.044", True), ("0.0436", True),
     ("4.3585e-02", True), ("0.0437", False), ("4.36%", False)],
)  # fmt: skip
def test_a_printed_number_agrees_up_to_its_digits(text: str, holds: bool) -> None:
    assert printed([0.043585], "the loss").holds(text) is holds


def test_only_what_may_be_an_answer_is_kept_of_what_is_no_code() -> None:
    def cell(kind: str, source: object, **metadata: object) -> dict[str, object]:
        return {"cell_type": kind, "source": source, "metadata": metadata}

    cells = [
        cell("markdown", "Just words, and no answer."),
        cell("markdown", ["x = 1\n", "y = 2"]),
        cell("code", "z = 3"),
        cell("raw", "words", tags="training"),
        cell("markdown", "words", nbgrader={"grade_id": "q1"}),
    ]
    found = asides_of(json.dumps({"cells": cells}))
    assert [(each.kind, each.following, each.tags) for each in found] == [
        ("markdown", 0, ()),
        ("raw", 1, ("training",)),
    ]


@pytest.mark.slow
@pytest.mark.sandbox
def test_a_cell_under_timeit_is_told_as_that(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "code", "metadata": {"tags": tags}, "source": source, "outputs": [],
         "execution_count": None}
        for tags, source in (
            ([], "import torch"),
            (["partial-derivatives"], "%%timeit -n1 -r1\ndf_dx, df_dy = 6.0, 13.0"),
            (["accumulation"], ("%%time\nx = torch.tensor(3.0, requires_grad=True)\n"
                               "(x**2).backward()\nfirst = x.grad.item()")),
        )
    ]  # fmt: skip
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (tmp_path / "ada-l").mkdir()
    (tmp_path / "ada-l" / "autograd-notebook.ipynb").write_text(json.dumps(notebook))
    command = grader_command("grade", str(tmp_path), "--out", str(tmp_path / "out"),
                             "--trust-submissions", "--json")  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (record,) = json.loads(done.stdout)
    slopes, passes, *_ = record["checks"]
    assert "runs under `%%timeit`, which leaves no variables" in slopes["feedback"]
    assert "%%timeit" in " ".join(record["asks"])
    assert passes["items"][0]["agrees"], "%%time leaves them"
