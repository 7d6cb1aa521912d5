"""An nbgrader source notebook becomes a draft: structure, points, statement, asserts."""

from __future__ import annotations

import ast
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.course.loading import Course
from grader.errors import UsageError
from grader.imports.cells_of_nbgrader import source_cells
from grader.imports.draft import draft_of
from grader.imports.source_cells import Role
from grader.model import Submission
from grader.submissions.finding import find_submissions

ANSWER = (
    'import torch\n%matplotlib inline\ndef energy(x):\n    """The sum of squares."""\n'
    "    ### BEGIN SOLUTION\n    return (x**2).sum()\n    ### END SOLUTION\n"
)
UNMARKED = 'def slope(x):\n    """Its gradient."""\n    return 2 * x\n'
TESTS = (
    "assert energy(torch.ones(3)) == 3\n### BEGIN HIDDEN TESTS\n"
    "assert energy(torch.zeros(2)) == 0\n### END HIDDEN TESTS\n"
)


def cell(source: str, kind: str = "code", **about: Any) -> dict[str, Any]:
    metadata = {"nbgrader": {"schema_version": 3, "grade_id": "", "locked": False, "grade": False,
                             "solution": False, **about}} if about else {}  # fmt: skip
    made: dict[str, Any] = {"cell_type": kind, "metadata": metadata, "source": source, "id": "a"}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    for number, made in enumerate(cells):
        made["id"] = f"c{number}"
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}


def source() -> dict[str, Any]:
    return notebook(
        cell("# Squares\nWrite `energy`.", "markdown", locked=True, grade_id="intro"),
        cell(ANSWER, solution=True, grade_id="energy"),
        cell(TESTS, grade=True, locked=True, points=4, grade_id="test_energy"),
        cell(UNMARKED, solution=True, grade_id="slope"),
        cell("assert slope(torch.ones(1)) == 2", grade=True, points=2.5, grade_id="test_slope"),
        cell("Explain.", "markdown", grade=True, solution=True, points=3, grade_id="why"),
        cell("Draw.", "markdown", task=True, locked=True, points=5, grade_id="task"),
        cell("assert True", grade=True, points=1, grade_id="orphan"),
    )


def test_a_draft_carries_everything_over(tmp_path: Path) -> None:
    path = tmp_path / "squares.ipynb"
    path.write_text(json.dumps(source()))
    draft = draft_of(path, "nbgrader")
    contract = tomllib.loads(draft.contract)
    assert [(check["call"], check["points"]) for check in contract["check"]] == [
        ("energy", 4), ("slope", 2.5)
    ]  # fmt: skip
    assert "#     assert energy(torch.zeros(2)) == 0" in draft.contract
    assert "assert True" in draft.contract.split("call none of the functions")[1]
    assert "# Write `energy`." in draft.starter
    assert draft.starter.count("raise NotImplementedError") == 2
    for answer in ("(x**2)", "2 * x", "assert", "BEGIN"):
        assert answer not in draft.starter
    assert "Its gradient." in draft.starter
    assert "return (x ** 2).sum()" in ast.unparse(ast.parse(draft.reference))
    assert any("why (3 points)" in what for what in draft.left)
    assert any("task (5 points)" in what for what in draft.left)


def test_the_draft_is_an_exercise_that_can_be_proved(tmp_path: Path) -> None:
    from grader.proof.verify import verify_exercise

    path = tmp_path / "Home Work.ipynb"
    path.write_text(json.dumps(source()))
    command = ["import", "nbgrader", str(path), "--course", str(tmp_path)]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert "to do: choose what each input is drawn from" in done.stdout
    exercise = Course(tmp_path).load("home-work")
    assert exercise.possible == 6.5
    assert [f for f in verify_exercise(exercise, (1,)) if not f.holds] == []
    again = CliRunner().invoke(app, command)
    assert again.exit_code == 2
    assert "is there already" in again.stderr


@pytest.mark.parametrize(
    ("about", "kind", "role"),
    [
        ({"grade": True, "locked": False}, "code", Role.TESTS),
        ({"grade": True, "locked": True}, "code", Role.TESTS),
        ({"solution": True}, "code", Role.ANSWER),
        ({"grade": True, "solution": True}, "code", Role.BY_HAND),
        ({"grade": True, "solution": True}, "markdown", Role.BY_HAND),
        ({"solution": True}, "markdown", Role.BY_HAND),
        ({"task": True, "locked": True}, "markdown", Role.TASK),
        ({"locked": True}, "markdown", Role.READ_ONLY),
        ({"grade": False}, "code", Role.PLAIN),
        ({"schema_version": 1, "solution": True}, "code", Role.ANSWER),
        ({"schema_version": 2, "grade": True}, "code", Role.TESTS),
    ],
)
def test_roles_are_what_nbgrader_makes_of_the_flags(
    about: dict[str, Any], kind: str, role: Role
) -> None:
    (found,) = source_cells(notebook(cell("x", kind, **about)), "n.ipynb")
    assert found.role is role


def test_points_of_a_task_count_although_grade_is_false() -> None:
    made = notebook(cell("x", "markdown", task=True, locked=True, points=7, grade_id="t"))
    assert source_cells(made, "n.ipynb")[0].points == 7


def test_no_schema_is_the_first_one() -> None:
    made = notebook(cell("x", solution=True))
    del made["cells"][0]["metadata"]["nbgrader"]["schema_version"]
    assert source_cells(made, "n")[0].role is Role.ANSWER


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ([cell("x", solution=True, schema_version=4)], "schema_version is 4; this reads up to 3"),
        ([cell("x", solution=True, schema_version="x")], "expected 1, 2 or 3"),
        ([cell("x", solution=True, grade_id="a"), cell("y", solution=True, grade_id="a")], "twice"),
        ([cell("x", grade=True, points="many")], "expected a number"),
        ([cell("x", grade=True, points=-1)], "expected 0 to 1000"),
        ([cell("x")], "no autograded answer"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, cells: list[Any], says: str) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps(notebook(*cells)))
    with pytest.raises(UsageError, match=says):
        draft_of(path, "nbgrader")


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"nbformat": 9}', "\x00"])
def test_what_is_no_notebook_is_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"n\.ipynb"):
        draft_of(path, "nbgrader")


def test_a_students_notebook_in_this_format_is_read_unchanged(tmp_path: Path) -> None:
    folder = tmp_path / "ada-l" / "squares"
    folder.mkdir(parents=True)
    (folder / "problem1.ipynb").write_text(json.dumps(source()))
    (found,) = find_submissions(tmp_path, ("squares",))
    assert isinstance(found, Submission)
    assert len(found.cells) == 5
